// The form of Create as the request it stands for: {operation, model, params}, each value typed as its control says.

export const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.dataset.type && (field.type !== "radio" || field.checked));

export function paramsOf(form) {
  const params = { prompt: form.elements.prompt.value.trim() };
  for (const field of fieldsOf(form)) {
    if (field.type === "checkbox") params[field.name] = field.checked;
    else if (field.value !== "") params[field.name] = typed(field.value, field.dataset.type);
  }
  return params;
}

export function requestOf(form) {
  const chosen = form.querySelector("[name=model]:checked, [name=model][type=hidden]");
  const operation = form.dataset.operation;
  return { operation, model: chosen?.value ?? "auto", params: paramsOf(form), inputs: {}, presets: presetsOf(form, operation) };
}

// The names of the presets that are picked and are for this operation.
export function presetsOf(form, operation) {
  const picked = [...form.elements].filter((field) => field.name === "presets" && field.checked);
  return picked.filter((field) => field.dataset.for.split(" ").includes(operation)).map((field) => field.value);
}

function typed(value, type) {
  return type === "integer" || type === "number" ? Number(value) : value;
}
