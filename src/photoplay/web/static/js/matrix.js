// Several at once: alternatives in the words and lists of values of settings make one result of each combination.
// Says how many there are before anything is pressed. What was listed stays when the model or an input changes.

import { fieldsOf, requestOf } from "./form-values.js";
import { dollars } from "./quote-words.js";

const kept = { isOpen: false, lists: new Map(), ceiling: "", isMetered: false, isOver: false };

// The batch that a form stands for; null where it asks for one result.
export function batchOf(form) {
  if (!kept.isOpen || !form.querySelector("[data-several-box]")) return null;
  const names = new Set(settingsOf(form).map(({ name }) => name));
  const lists = [...kept.lists].filter(([name, values]) => names.has(name) && values.length);
  const item = { ...requestOf(form), matrix: Object.fromEntries(lists) };
  const ceiling = Number(kept.ceiling.replace(",", "."));
  const limit = kept.isMetered ? { max_price_credits: Math.floor(ceiling) } : { max_cost_usd: String(ceiling) };
  return { items: [item], ...(kept.ceiling.trim() && ceiling >= 0 ? { ceiling: limit } : {}) };
}

// Whether all of them together cost more than the limit that was set.
export const isAboveLimit = () => kept.isOpen && kept.isOver;

export function attach(box) {
  const form = box.closest("form");
  const part = (name) => box.querySelector(`[data-${name}]`);
  const view = { form, open: part("several"), box: part("several-box"), lists: part("several-lists"), add: part("vary"), ceiling: part("ceiling"), words: part("count-words") };
  view.ceiling.value = kept.ceiling;
  view.open.addEventListener("click", () => toggle(view));
  view.add.addEventListener("change", () => begin(view, view.add.value));
  view.ceiling.addEventListener("input", () => (kept.ceiling = view.ceiling.value));
  form.addEventListener("photoplay:quoted", (event) => count(view, event.detail));
  part("compare").addEventListener("click", (event) => (event.currentTarget.href = compareAddress(form)));
  show(view);
}

function toggle(view) {
  kept.isOpen = !kept.isOpen;
  show(view);
  changed(view);
}

const changed = (view) => view.form.dispatchEvent(new Event("change"));

function show(view) {
  view.open.setAttribute("aria-expanded", String(kept.isOpen));
  view.box.hidden = !kept.isOpen;
  const settings = settingsOf(view.form);
  view.lists.replaceChildren(...settings.filter(({ name }) => kept.lists.has(name)).map((one) => row(view, one)));
  const free = settings.filter(({ name }) => !kept.lists.has(name));
  view.add.replaceChildren(option("", "Vary a setting"), ...free.map(({ name, label }) => option(name, label)));
  view.add.disabled = !free.length;
  if (!kept.isOpen) view.words.textContent = "";
}

const option = (value, words) => Object.assign(document.createElement("option"), { value, textContent: words });

// The settings of the form with their values, where those are a choice.
function settingsOf(form) {
  return fieldsOf(form)
    .filter((field) => field.type !== "hidden")
    .map((field) => ({ name: field.name, label: labelOf(form, field), type: field.dataset.type, choices: choicesOf(form, field) }));
}

function labelOf(form, field) {
  const named = form.querySelector(`#label-${CSS.escape(field.name)}`)?.textContent.trim();
  return named || field.getAttribute("aria-label") || field.name;
}

function choicesOf(form, field) {
  if (field.type === "checkbox") return [["true", "Yes"], ["false", "No"]];
  if (field.tagName === "SELECT") return [...field.options].filter(({ value }) => value).map(({ value, textContent }) => [value, textContent.trim()]);
  if (field.type !== "radio") return [];
  const alike = [...form.querySelectorAll(`input[type=radio][name="${CSS.escape(field.name)}"]`)].filter(({ value }) => value);
  return alike.map((one) => [one.value, one.closest("label")?.textContent.trim() || one.value]);
}

function begin(view, name) {
  if (!name) return;
  kept.lists.set(name, []);
  show(view);
  view.lists.querySelector(`[data-list="${CSS.escape(name)}"] :is(button, input)`)?.focus();
}

function row(view, setting) {
  const line = document.createElement("div");
  line.className = "several-list";
  line.dataset.list = setting.name;
  line.setAttribute("role", "group");
  line.setAttribute("aria-label", `Values of ${setting.label}`);
  line.append(Object.assign(document.createElement("span"), { className: "quiet several-name", textContent: setting.label }));
  line.append(setting.choices.length ? chips(view, setting) : values(view, setting), remover(view, setting));
  return line;
}

function chips(view, { name, type, choices }) {
  const box = document.createElement("div");
  box.className = "several-values";
  for (const [value, words] of choices) {
    const chip = Object.assign(document.createElement("button"), { className: "chip", type: "button", textContent: words });
    const typedValue = typed(value, type);
    chip.setAttribute("aria-pressed", String(kept.lists.get(name).includes(typedValue)));
    chip.addEventListener("click", () => {
      const list = kept.lists.get(name);
      kept.lists.set(name, list.includes(typedValue) ? list.filter((one) => one !== typedValue) : [...list, typedValue]);
      chip.setAttribute("aria-pressed", String(!list.includes(typedValue)));
      changed(view);
    });
    box.append(chip);
  }
  return box;
}

function values(view, { name, label, type }) {
  const field = Object.assign(document.createElement("label"), { className: "field several-values" });
  const input = Object.assign(document.createElement("input"), { placeholder: type === "string" ? "one | another" : "1 | 2 | 3", value: kept.lists.get(name).join(" | ") });
  input.setAttribute("aria-label", `Values of ${label}, with a bar between them`);
  input.addEventListener("input", () => kept.lists.set(name, input.value.split("|").map((one) => one.trim()).filter(Boolean).map((one) => typed(one, type))));
  field.append(input);
  return field;
}

function remover(view, { name, label }) {
  const button = Object.assign(document.createElement("button"), { className: "icon-button", type: "button", title: "Do not vary this" });
  button.setAttribute("aria-label", `Do not vary ${label}`);
  button.innerHTML = `<svg class="icon" aria-hidden="true"><use/></svg>`;
  button.querySelector("use").setAttribute("href", document.querySelector("use").getAttribute("href").replace(/#.*/, "#x"));
  button.addEventListener("click", () => {
    kept.lists.delete(name);
    show(view);
    changed(view);
  });
  return button;
}

function typed(value, type) {
  if (type === "boolean") return value === "true";
  return type === "integer" || type === "number" ? Number(value) : value;
}

function count(view, quoted) {
  kept.isMetered = quoted.credits_required !== null;
  if (!kept.isOpen) return;
  const high = kept.isMetered ? quoted.credits_required : Number(quoted.high_usd);
  const isOver = kept.ceiling.trim() !== "" && high > Number(kept.ceiling.replace(",", "."));
  kept.isOver = isOver;
  const price = kept.isMetered ? `${high} credits` : high ? `${quoted.low_usd === quoted.high_usd ? "" : "up to "}${dollars(high)}` : "free";
  const many = quoted.count === 1 ? "One result so far." : `${quoted.count} results, ${price} in all.`;
  view.words.classList.toggle("is-wrong", isOver);
  view.words.textContent = isOver ? `${many} That is above your limit.` : many;
}

function compareAddress(form) {
  const { operation, model, params, inputs } = requestOf(form);
  const query = new URLSearchParams({ operation });
  if (params.prompt) query.set("prompt", params.prompt);
  if (params.aspect) query.set("aspect", params.aspect);
  if (model !== "auto") query.set("models", model);
  for (const [role, given] of Object.entries(inputs)) for (const one of [given].flat()) query.append("input", `${role}:${one.asset ?? one.address}`);
  return `/compare?${query}`;
}
