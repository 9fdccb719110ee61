// What is being made of this asset appears at the end of its versions, and becomes a picture there when it is ready.

import { api, partial } from "./api.js";
import { onEvent, onProgress, onReset } from "./live.js";
import { isOver, reasonOf, wordsOf } from "./tile-work.js";
import { toast } from "./toast.js";

export function attach(strip) {
  const works = new Map();
  const asset = strip.dataset.asset;
  const isOurs = (generation) => works.has(generation.id) || generation.inputs?.some((input) => input.asset_id === asset);
  const take = (generation) => isOurs(generation) && show(strip, works, generation);
  document.addEventListener("photoplay:ordered", (event) => {
    take(event.detail);
    works.get(event.detail.id)?.element.scrollIntoView({ block: "nearest", behavior: "smooth" });
  });
  onEvent((name, data) => name.startsWith("generation.") && data.generation && take(data.generation));
  onProgress((told) => works.has(told.id) && show(strip, works, { ...works.get(told.id).generation, ...told, status: "running" }));
  onReset(() => readAll(take));
  readAll(take);
}

async function readAll(take) {
  const { items } = await api("/api/v1/generations?status=running&status=queued&status=uncertain&limit=100").catch(() => ({ items: [] }));
  for (const generation of items.reverse()) take(generation);
}

function show(strip, works, generation) {
  const work = works.get(generation.id) ?? (isOver(generation.status) ? null : begin(strip, works, generation));
  if (!work) return;
  work.generation = generation;
  if (generation.status === "succeeded") return finish(strip, works, generation);
  if (isOver(generation.status)) return end(strip, works, generation);
  const { element } = work;
  element.querySelector("[data-words]").textContent = wordsOf(generation);
  element.dataset.status = generation.status;
  element.querySelector("progress").value = generation.progress ?? 0;
  const image = element.querySelector("img");
  const source = generation.preview?.mime?.startsWith("image/") ? generation.preview.url : "";
  if (source && image.getAttribute("src") !== source) image.src = source;
  image.hidden = !source;
}

function begin(strip, works, generation) {
  const element = strip.querySelector("template").content.firstElementChild.cloneNode(true);
  element.querySelector("button").addEventListener("click", () => cancel(element, generation.id));
  element.querySelector("progress").setAttribute("aria-label", `${generation.word || "Working"}, progress`);
  strip.querySelector(".version-list").append(element);
  works.set(generation.id, { element, generation });
  count(strip);
  return works.get(generation.id);
}

async function cancel(element, id) {
  element.querySelector("button").disabled = true;
  await api(`/api/v1/generations/${id}/cancel`, { method: "POST", json: {} }).catch((error) => toast(error.message));
}

async function finish(strip, works, generation) {
  const { element } = works.get(generation.id);
  works.delete(generation.id);
  const [made] = generation.assets;
  const number = [...strip.querySelectorAll(".version")].indexOf(element) + 1;
  const ready = await partial(`/library/${made.id}/version?number=${number}`);
  ready.classList.add("is-new");
  element.replaceWith(ready);
  count(strip);
}

function end(strip, works, generation) {
  works.get(generation.id).element.remove();
  works.delete(generation.id);
  count(strip);
  if (generation.status === "failed") toast(reasonOf(generation));
}

function count(strip) {
  const versions = strip.querySelectorAll(".version").length;
  strip.hidden = versions < 2;
  strip.querySelector("[data-count]").textContent = versions;
}
