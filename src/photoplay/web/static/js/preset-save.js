// The dialog that saves the words, settings and model of Create under a name.

import { api } from "./api.js";
import { requestOf } from "./form-values.js";
import { toast } from "./toast.js";

const NEVER_KEPT = ["prompt", "seed"];

export function attach(dialog) {
  const form = dialog.querySelector("form");
  const view = { dialog, form, problem: form.querySelector("[data-problem]") };
  document.addEventListener("photoplay:save-preset", (event) => open(view, event.detail));
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(view);
  });
}

function open(view, { form, words }) {
  const { operation, model, params } = requestOf(form);
  const settings = Object.fromEntries(Object.entries(params).filter(([name, value]) => !NEVER_KEPT.includes(name) && value !== ""));
  view.wanted = { operations: [operation], model, params: settings };
  view.form.reset();
  view.problem.textContent = "";
  view.form.elements.words.value = words;
  view.form.querySelector("[data-settings]").textContent = Object.values(settings).join(", ") || "none";
  view.form.querySelector("[data-model]").textContent = document.querySelector("#create .model-name")?.textContent.trim() || model;
  document.getElementById("presets")?.hidePopover();
  view.dialog.showModal();
  view.form.elements.title.focus();
}

async function save(view) {
  const { title, words, with_params: withParams, with_model: withModel } = view.form.elements;
  const { operations, model, params } = view.wanted;
  const json = { title: title.value, words: words.value, operations, params: withParams.checked ? params : {}, ...(withModel.checked ? { model } : {}) };
  try {
    const saved = await api("/api/v1/presets", { method: "POST", json });
    view.dialog.close();
    document.dispatchEvent(new CustomEvent("photoplay:preset-saved", { detail: saved.name }));
    toast(`Saved the preset "${saved.title}".`);
  } catch (error) {
    view.problem.textContent = [error.message, ...Object.values(error.fields ?? {})].join(" ");
  }
}
