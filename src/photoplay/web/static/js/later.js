// "Begin later" under the button of Create: a time of here, sent with its zone; left empty it begins as soon as it can.

// The request, or the batch of several, as it is to be sent; null stays null.
export function withLater(form, request) {
  const value = form.elements.run_at?.value;
  if (!value || !request) return request;
  const later = { run_at: new Date(value).toISOString() };
  return request.items ? { ...request, items: request.items.map((item) => ({ ...item, ...later })) } : { ...request, ...later };
}

// The one who presses again means now, unless they say so again.
export function forgetLater(form) {
  if (form.elements.run_at?.value) {
    form.elements.run_at.value = "";
    form.elements.run_at.closest("details").open = false;
  }
}

export function attach(details) {
  const field = details.querySelector("input");
  details.addEventListener("toggle", () => {
    const soonest = new Date(Date.now() - new Date().getTimezoneOffset() * 60000);
    field.min = soonest.toISOString().slice(0, 16);
    if (details.open) field.focus();
    else field.value = "";
  });
}
