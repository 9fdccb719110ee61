// On a narrow page the settings are a row of chips; a chip opens all settings as a sheet.

import { fieldsOf } from "./form-values.js";

const AUTO = "Auto";

export function attach(row) {
  const form = row.closest("form");
  const settings = form.querySelector(".settings");
  if (!settings.childElementCount || !settings.querySelector(".setting")) return row.remove();
  const sheet = sheetFor(form);
  const open = (name) => {
    sheet.append(settings);
    sheet.showModal();
    settings.querySelector(`[name="${name}"]`)?.focus();
  };
  sheet.addEventListener("close", () => row.after(settings));
  const more = settings.querySelector("[data-more-settings]");
  const openAll = () => {
    more.open = true;
    open(more.querySelector("[name]").name);
  };
  let shown = "";
  // A chip that says the same stays: it may be under the finger whose touch ended the typing.
  const show = () => {
    const usual = fieldsOf(form).filter((field) => settings.contains(field) && !more?.contains(field));
    const words = usual.map((field) => [field.name, wordsOf(field)]);
    if (shown === JSON.stringify(words)) return;
    shown = JSON.stringify(words);
    row.replaceChildren(...words.map(([name, word]) => button(word, () => open(name))), ...(more ? [button("More", openAll)] : []));
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}

function sheetFor(form) {
  const sheet = document.createElement("dialog");
  sheet.className = "dialog is-sheet";
  sheet.setAttribute("aria-label", "Settings");
  sheet.innerHTML = `<div class="dialog-head"><h2>Settings</h2><button class="button" type="button">Done</button></div>`;
  sheet.querySelector("button").addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  form.append(sheet);
  return sheet;
}

function button(words, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: words });
  made.addEventListener("click", act);
  return made;
}

function wordsOf(field) {
  if (field.tagName === "SELECT") return withLabel(field, field.selectedOptions[0]?.textContent.trim() ?? "");
  if (field.type === "radio") return withLabel(field, field.parentElement.textContent.trim());
  if (field.type === "hidden") return [...field.parentElement.querySelectorAll("span")].at(-1).textContent;
  if (field.type === "range") return `${field.getAttribute("aria-label")} ${field.parentElement.querySelector("output").textContent}`;
  return field.value === "" && field.placeholder === AUTO ? labelOf(field) : `${labelOf(field)} ${field.value || "new"}`;
}

const labelOf = (field) => field.getAttribute("aria-label") ?? field.name[0].toUpperCase() + field.name.slice(1);

const withLabel = (field, words) => (field.value === "" || words === AUTO ? labelOf(field) : words);
