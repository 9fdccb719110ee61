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
  return { operation: form.dataset.operation, model: chosen?.value ?? "auto", params: paramsOf(form), inputs: {} };
}

function typed(value, type) {
  return type === "integer" || type === "number" ? Number(value) : value;
}
