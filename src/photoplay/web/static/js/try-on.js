// The menu "Try it on...": asks which operations and models take this asset when it is opened for the first time.

import { partial } from "./api.js";

export function attach(popover) {
  const { asset } = popover.dataset;
  const fill = async () => {
    try {
      popover.replaceChildren(await partial(`/library/${asset}/try`));
      popover.querySelector("a, summary")?.focus({ preventScroll: true });
    } catch (error) {
      popover.querySelector("p").textContent = error.message;
      popover.addEventListener("toggle", open, { once: true });
    }
  };
  const open = (event) => (event.newState === "open" ? fill() : popover.addEventListener("toggle", open, { once: true }));
  popover.addEventListener("toggle", open, { once: true });
  if (location.hash === "#try-on") popover.showPopover();
}
