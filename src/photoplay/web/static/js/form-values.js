// The form of Create as the request it stands for: {operation, model, params, inputs}, each value typed as its control says.

export const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.dataset.type && (field.type !== "radio" || field.checked));

export function paramsOf(form) {
  const params = form.elements.prompt ? { prompt: form.elements.prompt.value.trim() } : {};
  for (const field of fieldsOf(form)) {
    if (field.type === "checkbox") params[field.name] = field.checked;
    else if (field.value !== "") params[field.name] = typed(field.value, field.dataset.type);
  }
  return params;
}

export function requestOf(form) {
  const operation = form.dataset.operation;
  return { operation, ...modelOf(form), params: paramsOf(form), inputs: inputsOf(form), presets: presetsOf(form, operation), ...campaignOf(form) };
}

// The campaign that is charged; nothing where none is chosen.
function campaignOf(form) {
  const chosen = form.elements.campaign?.value;
  return chosen ? { campaign_id: chosen } : {};
}

// "auto:best" is a choice by the studio and what counts for it.
function modelOf(form) {
  const chosen = form.querySelector("[name=model]:checked, [name=model][type=hidden]")?.value ?? "auto";
  const [auto, prefer] = chosen.split(":");
  return auto === "auto" ? { model: "auto", prefer: prefer ?? "cheapest" } : { model: chosen };
}

// The inputs that a role has taken, as the API names them: an asset, or a file at an address.
export function inputsOf(form) {
  const inputs = {};
  for (const field of form.querySelectorAll("[name=input][data-role]")) {
    const role = field.dataset.role;
    if (!role) continue;
    const reference = field.value.slice(role.length + 1);
    const one = /^https?:/.test(reference) ? { address: reference } : { asset: reference };
    if (field.dataset.many) inputs[role] = [...(inputs[role] ?? []), one];
    else inputs[role] = one;
  }
  return inputs;
}

// The names of the presets that are picked and are for this operation.
export function presetsOf(form, operation) {
  const picked = [...form.elements].filter((field) => field.name === "presets" && field.checked);
  return picked.filter((field) => field.dataset.for.split(" ").includes(operation)).map((field) => field.value);
}

function typed(value, type) {
  return type === "integer" || type === "number" ? Number(value) : value;
}
