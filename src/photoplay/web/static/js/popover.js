// Puts a popover under the button that opened it (or over it, where there is more room). On the phone it is a sheet: CSS.

const GAP = 6;

export function attach(popover) {
  const button = document.querySelector(`[popovertarget="${popover.id}"]`);
  popover.addEventListener("toggle", (event) => {
    button?.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState === "open") place(popover, button);
  });
  // What is filled after it was opened may be taller than the room it was given.
  popover.addEventListener("photoplay:filled", () => place(popover, button));
  button?.setAttribute("aria-expanded", "false");
}

function place(popover, button) {
  if (!button || matchMedia("(width < 760px)").matches) return popover.removeAttribute("style");
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = innerHeight - at.bottom - GAP;
  const top = below >= height || below >= at.top ? at.bottom + GAP : at.top - GAP - height;
  popover.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  popover.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
}
