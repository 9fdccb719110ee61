// The page of one asset: delete and put back, the keys, and news of it from elsewhere.

import { onEvent } from "./live.js";
import { movePlace } from "./grid-place.js";
import { moveAssets, rememberDeleted } from "./trash.js";
import { toast } from "./toast.js";

const typing = (target) => target.closest?.("input:not([type=range], [type=radio]), textarea, select, [contenteditable], dialog, [popover]");

export function attach(page) {
  const { asset, title, month, back } = page.dataset;
  movePlace(new URL(back, location.href).search, asset, month);
  page.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act === "delete") remove(asset, title, back);
    if (act === "restore") putBack(asset);
  });
  document.addEventListener("keydown", (event) => pressed(event, page));
  onEvent((name, data) => {
    const isThis = data.ids?.includes(asset);
    if (isThis && name === "asset.restored") location.reload();
    if (isThis && name === "asset.deleted" && !page.dataset.leaving) toast("This was moved to the trash.", { action: "Put back", onAction: () => putBack(asset) });
  });
}

function pressed(event, page) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
  if (document.querySelector(":popover-open, dialog[open]") || document.fullscreenElement) return;
  const press = (act) => page.querySelector(`[data-act="${act}"]`)?.click();
  const rate = (stars) => page.dispatchEvent(new CustomEvent("photoplay:rate", { detail: stars }));
  const isOnStars = event.target.matches("input[type=radio]");
  const acts = {
    ArrowLeft: () => !isOnStars && document.querySelector("[data-to=previous]")?.click(),
    ArrowRight: () => !isOnStars && document.querySelector("[data-to=next]")?.click(),
    Delete: () => press("delete"),
    Backspace: () => press("delete"),
    Escape: () => location.assign(page.dataset.back),
    f: () => press("full"),
    z: () => press("zoom"),
    m: () => press("mute"),
    " ": () => !event.target.closest("button, a, summary") && press("play"),
  };
  for (const stars of [0, 1, 2, 3, 4, 5]) acts[stars] = () => rate(stars);
  if (!acts[event.key] || (event.key === " " && event.target.closest("button, a"))) return;
  if (isOnStars && event.key.startsWith("Arrow")) return;
  event.preventDefault();
  acts[event.key]();
}

// On to the next one, as when one sorts; what was deleted can be undone there, where the words follow.
async function remove(asset, title, back) {
  document.querySelector(".asset").dataset.leaving = "yes";
  try {
    await moveAssets([asset], "delete");
  } catch (error) {
    delete document.querySelector(".asset").dataset.leaving;
    return toast(error.message);
  }
  rememberDeleted(asset, title);
  const next = document.querySelector("[data-to=next], [data-to=previous]");
  location.assign(next?.href ?? back);
}

async function putBack(asset) {
  try {
    await moveAssets([asset], "restore");
    location.reload();
  } catch (error) {
    toast(error.message);
  }
}
