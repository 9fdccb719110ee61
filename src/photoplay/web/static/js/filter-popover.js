// Puts a popover under the button that opened it, inside the window. On the phone the styles make it a sheet instead.

const GAP = 6;
const EDGE = 12;

export function attach(popover) {
  const opener = () => document.querySelector(`[popovertarget="${popover.id}"][aria-expanded="true"], [popovertarget="${popover.id}"]:focus`);
  popover.addEventListener("toggle", (event) => {
    const button = opener() ?? document.querySelector(`[popovertarget="${popover.id}"]`);
    if (event.newState !== "open") return;
    place(popover, button.closest(".chip") ?? button);
    popover.querySelector("[aria-current]")?.focus({ preventScroll: true });
  });
  popover.addEventListener("keydown", (event) => arrows(popover, event));
  addEventListener("scroll", () => popover.matches(":popover-open") && innerWidth >= 760 && popover.hidePopover(), { passive: true });
}

function place(popover, button) {
  const { left } = button.getBoundingClientRect();
  const { top, bottom } = (button.closest("[role=toolbar]") ?? button).getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = bottom + GAP + height < innerHeight - EDGE || top < height;
  popover.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  popover.style.top = `${below ? bottom + GAP : top - GAP - height}px`;
}

function arrows(popover, event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || event.target.matches("input")) return;
  event.preventDefault();
  const rows = [...popover.querySelectorAll(".popover-row")];
  const now = rows.indexOf(document.activeElement);
  rows[(now + by + rows.length) % rows.length]?.focus();
}
