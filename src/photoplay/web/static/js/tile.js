// The tiles of the grid: made from the templates of the page, filled with an item, emptied for the next one.

import { clock, picture } from "./grid-item.js";
import { paintHash } from "./thumbhash.js";
import { showWaveform, forgetWaveform } from "./waveform.js";
import { fillWork } from "./tile-work.js";

const templates = {};

export const tileType = (item) => (item.kind === "work" ? "work" : item.kind === "audio" ? "audio" : "picture");

export function makeTile(type) {
  templates[type] ??= document.getElementById(`tile-${type}`).content.firstElementChild;
  const tile = templates[type].cloneNode(true);
  tile.tileType = type;
  return tile;
}

// options: { box, href, selected, setSize, position, calm }: calm tiles may fetch their pictures now.
export function fillTile(tile, item, options) {
  const isNew = tile.item?.id !== item.id;
  tile.item = item;
  tile.dataset.id = item.id;
  place(tile, options.box);
  tile.setAttribute("aria-setsize", options.setSize);
  tile.setAttribute("aria-posinset", options.position);
  tile.classList.toggle("is-selected", options.selected);
  const link = tile.querySelector(".tile-link");
  if (options.href) link?.setAttribute("href", options.href);
  const check = tile.querySelector(".tile-check");
  check?.setAttribute("aria-pressed", options.selected);
  if (tile.tileType === "work") return fillWork(tile, item);
  link.setAttribute("aria-label", nameOf(item));
  if (isNew) check.setAttribute("aria-label", `Select ${item.title}`);
  if (tile.tileType === "audio") fillAudio(tile, item, { ...options, isNew });
  else fillPicture(tile, item, { ...options, isNew });
}

function place(tile, { x, y, width, height }) {
  const { style } = tile;
  style.transform = `translate(${x}px, ${y}px)`;
  if (tile.box?.width !== width) style.width = `${width}px`;
  if (tile.box?.height !== height) style.height = `${height}px`;
  tile.box = { x, y, width, height };
}

function nameOf(item) {
  const length = item.seconds ? `, ${clock(item.seconds)}` : "";
  return `${item.title}, ${item.kind}${length}${item.rating ? `, ${item.rating} stars` : ""}`;
}

function fillPicture(tile, item, { isNew, calm }) {
  const image = tile.querySelector(".tile-image");
  if (isNew) {
    tile.classList.remove("is-there");
    image.removeAttribute("src");
    paintGround(tile.querySelector(".tile-hash"), item.hash);
    image.onload = () => tile.classList.add("is-there");
  }
  const source = picture(item, tile.box.width, tile.box.height);
  if (calm && source && image.getAttribute("src") !== source) {
    image.setAttribute("src", source);
    if (image.complete) tile.classList.add("is-there");
  }
  show(tile, ".tile-length", item.kind === "video" ? clock(item.seconds) : "");
  show(tile, ".tile-stars", item.rating || "");
}

function paintGround(canvas, hash) {
  canvas.hidden = !hash;
  if (hash) paintHash(canvas, hash);
}

function show(tile, selector, words) {
  const badge = tile.querySelector(selector);
  badge.hidden = words === "";
  if (words !== "") badge.lastElementChild.textContent = words;
}

function fillAudio(tile, item, { calm, isNew }) {
  tile.querySelector(".tile-title").textContent = item.title;
  tile.querySelector(".tile-model").textContent = item.modelName ?? "";
  tile.querySelector("[data-length]").textContent = clock(item.seconds);
  if (isNew) tile.querySelector(".tile-play").setAttribute("aria-label", `Play ${item.title}`);
  if (calm) showWaveform(tile.querySelector(".waveform"), item.files.peaks);
}

// Before a tile waits for its next item: nothing may still load, play or point to the old one.
export function emptyTile(tile) {
  const image = tile.querySelector(".tile-image");
  if (image) {
    image.onload = null;
    image.removeAttribute("src");
  }
  const canvas = tile.querySelector(".waveform");
  if (canvas) forgetWaveform(canvas);
  tile.item = null;
  tile.className = tile.className.replace(/ is-\w+/g, "");
}
