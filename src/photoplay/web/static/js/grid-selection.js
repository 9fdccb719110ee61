// What is selected in the grid: by check, by x, a stretch with Shift, by a long press; and the bar that says so.

import { entries } from "./grid-sections.js";
import { grouped } from "./grid-item.js";

const MOST = 500;
const MOST_COMPARED = 6;
const WORDS = { image: ["image", "images"], video: ["video", "videos"], audio: ["audio file", "audio files"] };

export class Selection {
  #items = new Map();
  #from = null;
  #bar;
  #changed;

  constructor(bar, changed) {
    this.#bar = bar;
    this.#changed = changed;
  }

  has = (id) => this.#items.has(id);

  get size() {
    return this.#items.size;
  }

  get items() {
    return [...this.#items.values()];
  }

  toggle(item) {
    if (!this.#items.delete(item.id)) this.#items.set(item.id, item);
    this.#from = item.id;
    this.#show();
  }

  // From the last one touched to this one. Days between that were never seen are asked for by fill(section).
  async stretch(item, sections, fill) {
    const span = spanBetween(sections.list, this.#from ?? item.id, item.id);
    for (const section of span) {
      while (section.items.length < section.count && this.#items.size < MOST) await fill(section);
    }
    const all = span.flatMap((section) => section.items);
    const ends = [all.findIndex((one) => one.id === (this.#from ?? item.id)), all.findIndex((one) => one.id === item.id)];
    if (ends.includes(-1)) return this.toggle(item);
    const chosen = all.slice(Math.min(...ends), Math.max(...ends) + 1).slice(0, MOST);
    for (const one of chosen) this.#items.set(one.id, one);
    this.#show();
  }

  drop(ids) {
    for (const id of ids) this.#items.delete(id);
    this.#show();
  }

  clear() {
    this.#items.clear();
    this.#from = null;
    this.#show();
  }

  #show() {
    const { size } = this.#items;
    document.documentElement.classList.toggle("is-selecting", size > 0);
    this.#bar.hidden = size === 0;
    this.#bar.querySelector("[data-count]").textContent = `${grouped(size)} selected`;
    this.#bar.querySelector("[data-kinds]").textContent = kindsOf(this.items);
    this.#bar.querySelector('[data-act="compare"]').hidden = size < 2 || size > MOST_COMPARED;
    this.#bar.querySelector('[data-act="try"]').hidden = size !== 1;
    this.#changed();
  }
}

function spanBetween(list, fromId, toId) {
  const place = (id) => list.findIndex((section) => entries(section).some((item) => item.id === id));
  const ends = [place(fromId), place(toId)].map((at) => (at < 0 ? place(toId) : at));
  return list.slice(Math.min(...ends), Math.max(...ends) + 1);
}

function kindsOf(items) {
  const counts = {};
  for (const { kind } of items) counts[kind] = (counts[kind] ?? 0) + 1;
  return Object.entries(counts)
    .map(([kind, count]) => `${grouped(count)} ${WORDS[kind][count === 1 ? 0 : 1]}`)
    .join(", ");
}
