// The models of Create: asked for when they are opened, found by words, walked through by arrows, chosen by Enter or a click.

import { ask } from "./api.js";
import { addressWith, go } from "./create-address.js";

export function attach(popover) {
  const search = popover.querySelector("[data-model-search]");
  const list = popover.querySelector("[data-model-list]");
  for (const kind of ["input", "change"]) popover.addEventListener(kind, (event) => event.stopPropagation());
  list.addEventListener("change", ({ target }) => {
    popover.hidePopover();
    go(addressWith({ model: target.value }), { focus: "model-row" });
  });
  search.addEventListener("input", () => find(popover, search.value));
  popover.addEventListener("keydown", (event) => walk(list, search, event));
  popover.addEventListener("toggle", (event) => event.newState === "open" && opened(popover, list, search));
}

async function opened(popover, list, search) {
  if (matchMedia("(pointer: fine)").matches) search.focus({ preventScroll: true });
  if (!list.childElementCount) {
    const answer = await ask(`/create/models?${addressWith({})}`).catch(() => null);
    if (!answer?.ok) return (list.textContent = "The models could not be read. Close this and open it again.");
    list.innerHTML = await answer.text();
    for (const choice of list.querySelectorAll(".model-choice")) choice.find = wordsOf(choice);
    find(popover, search.value);
    popover.dispatchEvent(new CustomEvent("photoplay:filled"));
  }
  const chosen = list.querySelector(":checked")?.closest("label");
  chosen?.scrollIntoView({ block: "center" });
}

const wordsOf = (choice) =>
  [choice.querySelector(".model-name").textContent, choice.closest("[data-group]").dataset.group, choice.querySelector("input").value, choice.dataset.also].join(" ").toLowerCase();

function find(popover, value) {
  const words = value.toLowerCase().split(/\s+/).filter(Boolean);
  let any = false;
  for (const group of popover.querySelectorAll("[data-group]")) {
    let some = false;
    for (const choice of group.querySelectorAll(".model-choice")) {
      choice.hidden = !words.every((word) => choice.find.includes(word));
      some ||= !choice.hidden;
    }
    group.hidden = !some;
    any ||= some;
  }
  const none = popover.querySelector("[data-model-none]");
  if (none) none.hidden = any;
  if (words.length) popover.querySelector("[data-model-list]").scrollTop = 0;
}

const open = (list) => [...list.querySelectorAll("[name=model-choice]:enabled")].filter((one) => !one.closest("[hidden]"));

// Radios choose with every arrow; here arrows only look, because each choice asks for another form.
function walk(list, search, event) {
  if (event.key === "Enter" && event.target.type !== "button" && !event.target.href) return enter(list, search, event);
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined || (event.target === search && ["Home", "End"].includes(event.key))) return;
  event.preventDefault();
  const all = open(list);
  const at = all.indexOf(event.target);
  const next = at === 0 && event.key === "ArrowUp" ? search : all[Math.max(0, Math.min(all.length - 1, at + step))];
  next?.focus({ preventScroll: true });
  next?.closest("label").scrollIntoView({ block: "nearest" });
}

function enter(list, search, event) {
  event.preventDefault();
  const here = event.target === search ? (search.value.trim() ? open(list)[0] : null) : event.target;
  if (here?.name !== "model-choice") return;
  if (here.checked) list.closest("[popover]").hidePopover();
  else here.click();
}
