// Create at another address without leaving it: another kind, operation, model or input brings a new form, the words stay.

import { ask } from "./api.js";
import { attachAll } from "./attach.js";
import { toast } from "./toast.js";

let turn = 0;

const formNow = () => document.getElementById("create");

// The address of the form as it stands, with some of it changed: {model: "auto", input: ["source:ast_..."]}; null leaves out.
export function addressWith(changes) {
  const address = new URLSearchParams(formNow().dataset.address);
  for (const [name, value] of Object.entries(changes)) {
    address.delete(name);
    for (const one of Array.isArray(value) ? value : [value]) if (one !== null) address.append(name, one);
  }
  return address;
}

// Goes there. `focus` is the id of what has the keyboard then; without history the step back does not come here again.
export async function go(address, { focus, history: noted = true } = {}) {
  const mine = ++turn;
  const canvas = document.querySelector(".canvas, .stage")?.dataset.mode ?? new URLSearchParams(location.search).get("canvas");
  if (canvas && canvas !== "auto") address.set("canvas", canvas);
  const before = document.getElementById("composer");
  before.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(`/create?${address}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("composer");
    if (mine !== turn) return;
    if (!fresh) return location.assign(`/create?${address}`);
    for (const part of fresh.querySelectorAll("noscript")) part.remove();
    const held = focus ?? document.activeElement?.id;
    before.replaceWith(fresh);
    attachAll(fresh);
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
    if (noted) settle(true);
  } catch (error) {
    toast(error.message);
  } finally {
    document.getElementById("composer")?.removeAttribute("aria-busy");
  }
}

// The address in the bar is that of the form, so that a reload comes back to it; words and settings are kept by the draft.
export function settle(isNew = false) {
  const canvas = new URLSearchParams(location.search).get("canvas");
  const address = `/create?${formNow().dataset.address}${canvas ? `&canvas=${canvas}` : ""}`;
  if (isNew) history.pushState(null, "", address);
  else history.replaceState(null, "", address + location.hash);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#composer a[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  link.closest("[popover]")?.hidePopover();
  go(new URLSearchParams(link.search), { focus: link.dataset.focus ?? link.id });
});

window.addEventListener("popstate", () => {
  if (location.pathname === "/create" && formNow()) go(new URLSearchParams(location.search), { history: false });
});
