// The stage of pictures and films: what is being edited, then what is being made of it, then the result.

import { partial } from "./api.js";

export function attach(stage) {
  let turn = 0;
  const refresh = async () => {
    if (!stage.isConnected) return document.removeEventListener("photoplay:frame", heard);
    const mine = ++turn;
    const query = new URLSearchParams({ kind: stage.dataset.kind, source: stage.dataset.source });
    const fresh = await partial(`/create/stage?${query}`).catch(() => null);
    const old = stage.querySelector("[data-shown]");
    if (mine !== turn || !fresh || addressIn(fresh) === addressIn(old)) return;
    await fresh.querySelector("img.stage-result")?.decode().catch(() => {});
    if (mine === turn) old.replaceWith(fresh);
  };
  const heard = ({ detail: frame }) => {
    const isShown = frame.dataset.status === "succeeded" || frame.querySelector(".is-preview, .is-fogged");
    if (frame.dataset.kind === stage.dataset.media && isShown) refresh();
  };
  document.addEventListener("photoplay:frame", heard);
}

const addressIn = (shown) => shown?.querySelector(".stage-result")?.getAttribute("src") ?? "";
