// The grid "Now": a new frame at once, its progress as it happens, its result in place. Reads the rows again after a gap.

import { partial } from "./api.js";
import { attachAll } from "./attach.js";
import { showProgress } from "./frame.js";
import { onEvent, onProgress, onReset } from "./live.js";

const KEPT = 20;
const SILENT_MS = 8000;
const asked = new Map();
const heard = new Map();
let list = null;
let section = null;

const frameOf = (id) => document.getElementById(`frame-${id}`);

export function attach(element) {
  section = element;
  list = element.querySelector("[data-list]");
  onEvent((event, data) => event.startsWith("generation.") && show(data.generation?.id ?? data.id));
  onProgress(progressed);
  onReset(readAll);
  document.addEventListener("photoplay:stale", (event) => show(event.detail));
  setInterval(watchQueue, 5000);
  summarise();
}

// A frame for what was just pressed, before the studio has answered. Returns what to do with the answer.
export function place(words) {
  const frame = document.getElementById("frame-new").content.firstElementChild.cloneNode(true);
  frame.querySelector(".frame-words").textContent = words;
  list.prepend(frame);
  summarise();
  return {
    become: async (id) => {
      const already = frameOf(id);
      if (already) frame.remove();
      else frame.id = `frame-${id}`;
      await show(id);
    },
    still: () => {
      frame.querySelector("[data-box]").textContent = "Still sending";
      frame.querySelector("[data-state]").textContent = "No answer yet";
    },
    vanish: () => {
      frame.remove();
      summarise();
    },
  };
}

// Brings the frame of a generation up to date. The latest question wins, so an older answer never overwrites a newer one.
async function show(id) {
  if (!id) return;
  heard.set(id, Date.now());
  const turn = (asked.get(id) ?? 0) + 1;
  asked.set(id, turn);
  const fresh = await partial(`/frames/${id}`).catch(() => null);
  if (!fresh || asked.get(id) !== turn) return;
  await decoded(fresh);
  if (asked.get(id) !== turn) return;
  const old = frameOf(id);
  if (old) swap(old, fresh);
  else list.prepend(fresh);
  attachAll(fresh);
  document.dispatchEvent(new CustomEvent("photoplay:frame", { detail: fresh }));
  trim();
  summarise();
}

async function decoded(frame) {
  const picture = frame.querySelector("img.frame-media:not(.is-backdrop)");
  if (!picture) return;
  await Promise.race([picture.decode().catch(() => {}), new Promise((done) => setTimeout(done, 3000))]);
}

function swap(old, fresh) {
  const active = old.contains(document.activeElement);
  const before = old.querySelector(".frame-picture").cloneNode(true);
  if (old.dataset.status !== fresh.dataset.status && fresh.querySelector(".frame-media, .audio")) {
    before.className = "frame-before";
    before.querySelectorAll("[data-js], a, button").forEach((part) => part.removeAttribute("data-js"));
    before.inert = true;
    before.addEventListener("animationend", () => before.remove());
    fresh.querySelector(".frame-picture").append(before);
    fresh.classList.add("is-arriving");
    setTimeout(() => before.remove(), 600);
  }
  old.replaceWith(fresh);
  if (active) fresh.querySelector("a, button")?.focus({ preventScroll: true });
}

function progressed(told) {
  const frame = frameOf(told.id);
  if (!frame) return;
  heard.set(told.id, Date.now());
  const picture = frame.querySelector(".frame-picture");
  const seen = picture.querySelector(".frame-media")?.getAttribute("src") ?? null;
  if (frame.dataset.status !== "running" || (told.preview && told.preview.url !== seen)) show(told.id);
  else showProgress(frame, told);
}

async function readAll() {
  const fresh = await partial("/frames").catch(() => null);
  if (!fresh) return;
  const frames = [...fresh.querySelectorAll("[data-frame]")];
  for (const frame of frames.reverse()) {
    const old = frameOf(frame.dataset.frame);
    if (!old) list.prepend(frame);
    else if (old.dataset.status !== frame.dataset.status || frame.dataset.status === "running") swap(old, frame);
    attachAll(frameOf(frame.dataset.frame));
  }
  trim();
  summarise();
}

// Places in the queue are not events, and a silence may be a lost word: what is not over is read again now and then.
function watchQueue() {
  if (document.hidden) return;
  for (const { dataset } of list.querySelectorAll("[data-status=queued], [data-status=running], [data-status=uncertain]")) {
    const silent = Date.now() - (heard.get(dataset.frame) ?? 0) > SILENT_MS;
    if (dataset.frame && (dataset.status === "queued" || silent)) show(dataset.frame);
  }
}

function trim() {
  const over = [...list.querySelectorAll("[data-status=succeeded], [data-status=failed], [data-status=cancelled]")].slice(KEPT);
  for (const frame of over) frame.remove();
}

function summarise() {
  const parts = ["running", "queued", "uncertain"]
    .map((status) => [list.querySelectorAll(`[data-status=${status}]`).length, status])
    .filter(([count]) => count > 0)
    .map(([count, status]) => `${count} ${status}`);
  const words = parts.join(", ");
  const line = section.querySelector("[data-summary]");
  if (line.textContent !== words) line.textContent = words;
  section.querySelector("[data-empty]").hidden = list.childElementCount > 0;
}
