// Shows the chosen palette on its button and closes the list after a choice by pointer.

export function attach(box) {
  const button = box.querySelector(".palette-button");
  const shown = box.querySelector(".palette-shown");
  const list = box.querySelector("[popover]");
  const show = (choice) => {
    shown.replaceChildren(...[...choice.children].filter((part) => part.tagName !== "INPUT").map((part) => part.cloneNode(true)));
    button.setAttribute("aria-label", `${button.getAttribute("aria-label").split(":")[0]}: ${choice.textContent.trim()}`);
  };
  list.addEventListener("change", (event) => show(event.target.closest(".palette-choice")));
  const chosen = list.querySelector(":checked");
  if (chosen) show(chosen.closest(".palette-choice"));
  list.addEventListener("click", (event) => event.detail > 0 && event.target.closest(".palette-choice") && setTimeout(() => list.hidePopover(), 120));
}
