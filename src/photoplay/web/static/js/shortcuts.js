// The keys that work on every page: / c ? and Esc. Never while one types.

const typing = (target) => target.closest?.("input:not([type=radio], [type=range], [type=checkbox]), textarea, select, [contenteditable]");

export function attach(dialog) {
  const acts = {
    "/": () => document.querySelector("[data-search], [data-prompt]")?.focus(),
    "?": () => dialog.showModal(),
    c: () => {
      const prompt = document.querySelector("[data-prompt]");
      if (prompt) prompt.focus();
      else location.assign("/create");
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape" && typing(event.target)) event.target.blur();
    const act = acts[event.key];
    if (!act || typing(event.target) || document.querySelector("dialog:modal")) return;
    event.preventDefault();
    act();
  });
}
