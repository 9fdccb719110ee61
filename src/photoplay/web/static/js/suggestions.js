// A suggestion writes itself into the prompt, so that Ctrl Z takes it back.

export function attach(box) {
  box.addEventListener("click", (event) => {
    const words = event.target.closest("[data-words]")?.dataset.words;
    if (!words) return;
    box.querySelector("[popover]")?.hidePopover();
    write(document.querySelector("[data-prompt]"), words);
  });
}

export function write(prompt, words) {
  prompt.focus();
  prompt.select();
  // The only way to set a field that keeps its undo history; where it is gone, the value is set plainly.
  if (!document.execCommand?.("insertText", false, words)) {
    prompt.value = words;
    prompt.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
