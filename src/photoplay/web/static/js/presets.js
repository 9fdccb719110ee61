// Presets: tiles behind one button, found by words and by category; what is picked stands on the composer as chips and stays.

import { api, partial } from "./api.js";
import { attachAll } from "./attach.js";
import { addressWith, go } from "./create-address.js";

const KEPT_AS = "photoplay.presets";
const COLUMN_KEYS = { ArrowLeft: -1, ArrowRight: 1 };

export function attach(popover) {
  const form = popover.closest("form");
  const view = { popover, form, list: popover.querySelector("[data-preset-list]"), search: popover.querySelector("[data-preset-search]"), shown: "" };
  restore(view);
  listen(view);
  show(view);
  if (picked(view).length) popover.dispatchEvent(new Event("change", { bubbles: true }));
}

const boxes = (view) => [...view.list.querySelectorAll("[name=presets]")];
const wordsOf = (view) => [view.form.elements.prompt.value.trim(), ...picked(view).map((box) => box.closest("label").title)].filter(Boolean).join(", ");
const picked = (view) => boxes(view).filter((box) => box.checked);

function listen(view) {
  const { popover, form, search, list } = view;
  list.addEventListener("change", (event) => changed(view, event.target));
  list.addEventListener("keydown", (event) => move(view, event));
  list.addEventListener("click", (event) => remove(view, event.target.closest("[data-delete]")));
  for (const kind of ["input", "change"]) search.addEventListener(kind, (event) => event.stopPropagation());
  search.addEventListener("input", () => find(view));
  search.addEventListener("keydown", (event) => fromSearch(view, event));
  popover.querySelector(".presets-categories").addEventListener("click", (event) => choose(view, event.target.closest("[data-show]")));
  popover.addEventListener("toggle", (event) => event.newState === "open" && matchMedia("(pointer: fine)").matches && search.focus());
  popover.querySelector("[data-preset-save]").addEventListener("click", () => document.dispatchEvent(new CustomEvent("photoplay:save-preset", { detail: { form, words: view.sent || wordsOf(view) } })));
  form.querySelector("[data-preset-chips]").addEventListener("click", (event) => drop(view, event.target.closest("[data-name]")));
  form.addEventListener("photoplay:quoted", (event) => tell(view, event.detail));
  const saved = (event) => (form.isConnected ? add(view, event.detail) : document.removeEventListener("photoplay:preset-saved", saved));
  document.addEventListener("photoplay:preset-saved", saved);
}

// What this tab had picked is picked again, unless the page itself says what is to be used.
function restore(view) {
  if (view.popover.hasAttribute("data-replace")) return keep(view, true);
  const kept = keptNames();
  for (const box of boxes(view)) box.checked ||= kept.includes(box.value);
  keep(view);
}

function keptNames() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "[]");
  } catch {
    return [];
  }
}

// Those of another kind stay as they were.
function keep(view, anew = false) {
  const here = new Set(boxes(view).map((box) => box.value));
  const others = anew ? [] : keptNames().filter((name) => !here.has(name));
  sessionStorage.setItem(KEPT_AS, JSON.stringify([...others, ...picked(view).map((box) => box.value)]));
}

function changed(view, box) {
  keep(view);
  show(view);
  if (box.checked && "fills" in box.dataset) fill(box.value);
}

// A preset with settings or a model of its own brings a form that is filled with them.
const fill = (name) => go(addressWith({ preset: name }));

function show(view) {
  const chosen = picked(view);
  const chips = view.form.querySelector("[data-preset-chips]");
  chips.replaceChildren(...chosen.map(chip));
  chips.hidden = !chosen.length;
  view.form.elements.prompt.required = !chosen.some((box) => "says" in box.dataset);
  if (!chosen.length) tell(view, null);
}

function chip(box) {
  const item = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "chip is-set" });
  button.dataset.name = box.value;
  button.title = box.closest("label").title;
  button.append(box.dataset.title, cross());
  button.setAttribute("aria-label", `Remove preset ${box.dataset.title}`);
  item.append(button);
  return item;
}

function cross() {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  icon.innerHTML = "<use/>";
  icon.firstChild.setAttribute("href", document.querySelector("use").getAttribute("href").replace(/#.*/, "#x"));
  return icon;
}

function drop(view, button) {
  if (!button) return;
  const place = [...button.closest("ul").children].indexOf(button.parentElement);
  const box = boxes(view).find((one) => one.value === button.dataset.name);
  box.checked = false;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  const left = view.form.querySelectorAll("[data-preset-chips] button");
  (left[Math.min(place, left.length - 1)] ?? view.form.elements.prompt).focus();
}

// The words as they will be sent, once the studio has said them.
function tell(view, quoted) {
  const line = view.form.querySelector("[data-sent]");
  const words = quoted?.items?.[0]?.params?.prompt ?? "";
  view.sent = picked(view).length && words ? words : "";
  line.hidden = !view.sent || view.sent === view.form.elements.prompt.value.trim();
  line.querySelector("[data-sent-words]").textContent = view.sent;
}

function choose(view, button) {
  if (!button) return;
  view.shown = button.dataset.show;
  for (const one of button.parentElement.children) one.setAttribute("aria-pressed", String(one === button));
  find(view);
}

function find(view) {
  const words = view.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let any = false;
  for (const section of view.list.querySelectorAll("[data-category]")) {
    let some = false;
    for (const tile of section.querySelectorAll(".preset")) {
      tile.hidden = !words.every((word) => tile.dataset.find.includes(word));
      some ||= !tile.hidden;
    }
    section.hidden = !some || (view.shown !== "" && view.shown !== section.dataset.category);
    any ||= !section.hidden;
  }
  view.list.querySelector("[data-preset-none]").hidden = any;
  view.list.scrollTop = 0;
}

const visible = (view) => boxes(view).filter((box) => box.closest("label").checkVisibility());

function fromSearch(view, event) {
  if (event.key === "Enter") {
    event.preventDefault();
    if (view.search.value.trim()) visible(view)[0]?.click();
  }
  if (event.key === "ArrowDown") {
    event.preventDefault();
    visible(view)[0]?.focus();
  }
}

// Arrows go from tile to tile, up and down to the one that lies nearest.
function move(view, event) {
  const here = event.target;
  if (here.name !== "presets" || !event.key.startsWith("Arrow")) return;
  const all = visible(view);
  const step = COLUMN_KEYS[event.key];
  const next = step ? all[all.indexOf(here) + step] : beside(all, here, event.key === "ArrowDown");
  event.preventDefault();
  (next ?? (event.key === "ArrowUp" ? view.search : here)).focus();
  next?.closest("label").scrollIntoView({ block: "nearest" });
}

function beside(all, here, down) {
  const middle = (box) => box.closest("label").getBoundingClientRect();
  const from = middle(here);
  const others = all.map((box) => ({ box, at: middle(box) })).filter(({ at }) => (down ? at.top >= from.bottom : at.bottom <= from.top));
  const apart = ({ at }) => Math.abs(at.top - from.top) * 4 + Math.abs(at.left - from.left);
  return others.sort((one, other) => apart(one) - apart(other))[0]?.box;
}

// A saved one appears at once, with the studio's own drawing of it.
async function add(view, name) {
  const fresh = await partial(`/create/presets?kind=${view.popover.dataset.kind}`);
  const chosen = new Set([...picked(view).map((box) => box.value)]);
  view.popover.querySelector(".presets-categories").replaceChildren(...fresh.querySelector(".presets-categories").children);
  view.list.replaceChildren(...fresh.querySelector("[data-preset-list]").childNodes);
  for (const box of boxes(view)) box.checked = chosen.has(box.value);
  choose(view, view.popover.querySelector(`[data-show="${view.shown}"]`) ?? view.popover.querySelector('[data-show=""]'));
  attachAll(view.list);
  show(view);
  if (name) view.list.querySelector(`[value="${name}"]`)?.closest("label").scrollIntoView({ block: "nearest" });
}

async function remove(view, button) {
  if (!button) return;
  const path = `/api/v1/presets/${button.dataset.delete}`;
  try {
    const { is_mine: _mine, words_for_music: _music, ...preset } = await api(path);
    await api(path, { method: "DELETE" });
    await add(view, "");
    keep(view);
    view.popover.dispatchEvent(new Event("change", { bubbles: true }));
    say(view, `Deleted "${preset.title}".`, () => restored(view, preset));
  } catch (error) {
    say(view, error.message);
  }
}

async function restored(view, preset) {
  try {
    await api("/api/v1/presets", { method: "POST", json: preset });
    await add(view, preset.name);
    say(view, "");
  } catch (error) {
    say(view, error.message);
  }
}

// Said inside the popover, which lies above all toasts.
function say(view, words, undo) {
  const line = view.popover.querySelector("[data-preset-said]");
  line.textContent = words;
  if (!undo) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "Undo" });
  button.addEventListener("click", undo);
  line.append(" ", button);
  button.focus();
}
