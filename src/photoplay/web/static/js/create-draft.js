// What was typed on Create and not yet sent, kept for this tab: the words by kind, and the settings that a hand has touched.

const KEPT_AS = "photoplay.create";
// The canvas draws a seed when nobody has chosen one: an input event with this detail is not a person's.
export const UNASKED = "unasked";

function read() {
  try {
    return { prompts: {}, values: {}, ...JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "{}") };
  } catch {
    return { prompts: {}, values: {} };
  }
}

function write(draft) {
  try {
    sessionStorage.setItem(KEPT_AS, JSON.stringify(draft));
  } catch {
    // A full or forbidden storage only means that a reload forgets.
  }
}

export const lastAddress = () => read().address ?? "";

const settings = (form) => [...form.elements].filter((field) => field.name && field.dataset.type);

// The form gets what was typed before, unless the page came filled with something else; from now on all is kept.
export function keepDraft(form) {
  if (form.hasAttribute("data-filled")) adopt(form);
  else restore(form);
  write({ ...read(), address: form.dataset.address });
  form.addEventListener("input", (event) => keep(form, event));
  form.addEventListener("change", (event) => keep(form, event));
  form.addEventListener("photoplay:light", () => keepLights(form));
}

function adopt(form) {
  const draft = read();
  draft.values = {};
  for (const field of settings(form)) if (field.type !== "radio" || field.checked) draft.values[field.name] = valueOf(field);
  write(draft);
  restorePrompt(form);
  keepPrompt(form);
}

function restorePrompt({ elements: { prompt } }) {
  if (prompt && !prompt.value) {
    prompt.value = (read().prompts[prompt.dataset.shared] ?? "").slice(0, prompt.maxLength);
    prompt.dispatchEvent(new CustomEvent("filled"));
  }
}

function restore(form) {
  const { values } = read();
  restorePrompt(form);
  keepPrompt(form);
  for (const field of settings(form)) if (field.name in values) put(field, values[field.name]);
}

const valueOf = (field) => (field.type === "checkbox" ? field.checked : field.value);

// A value that this model does not take is left: another model had it.
function put(field, value) {
  if (field.type === "radio") field.checked = field.value === value || (field.checked && !isOffered(field, value));
  else if (field.type === "checkbox") field.checked = value === true;
  else if (field.tagName === "SELECT") field.value = [...field.options].some((option) => option.value === value) ? value : field.value;
  else if (field.type === "range") field.value = Number(value) >= Number(field.min) && Number(value) <= Number(field.max) ? value : field.value;
  else if (field.type !== "hidden" || field.closest("[data-light]")) field.value = value;
}

const isOffered = (field, value) => [...field.form.elements].some((one) => one.name === field.name && one.value === value);

function keep(form, event) {
  const field = event.target;
  if (field === form.elements.prompt) return keepPrompt(form);
  if (!field.name || !field.dataset.type || event.detail === UNASKED) return;
  const draft = read();
  draft.values[field.name] = valueOf(field);
  write(draft);
}

function keepLights(form) {
  const draft = read();
  for (const field of settings(form)) if (field.closest("[data-light]")) draft.values[field.name] = field.value;
  write(draft);
}

function keepPrompt(form) {
  const prompt = form.elements.prompt;
  if (!prompt) return;
  const draft = read();
  draft.prompts[prompt.dataset.shared] = prompt.value;
  write(draft);
}
