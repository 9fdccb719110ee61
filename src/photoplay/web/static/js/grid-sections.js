// What the grid holds, without any element: one section per day with its count, the items known so far, and where everything lies.

import { guessHeight, justify } from "./justified-rows.js";

const HEADING = 40;
const USUAL_ASPECT = 1.5;

export class Sections {
  list = [];
  height = 0;
  measure = { width: 1, target: 156, gap: 8 };
  #seen = { count: 0, sum: 0 };

  // days: [{ key, title, count, start, end }] in the order they are shown.
  reset(days) {
    this.list = days.map((day) => section(day));
    this.layout(true);
  }

  get(key) {
    return this.list.find((one) => one.key === key);
  }

  // The section of a day, made in its place when the grid has none yet.
  open(day, newestFirst) {
    const known = this.get(day.key);
    if (known) return known;
    const after = this.list.findIndex((one) => (newestFirst ? one.start < day.start : one.start > day.start));
    const made = section({ ...day, count: 0 });
    this.list.splice(after < 0 ? this.list.length : after, 0, made);
    return made;
  }

  dropEmpty() {
    this.list = this.list.filter((one) => one.count > 0 || one.pins.length > 0);
  }

  resize(measure) {
    this.measure = measure;
    this.layout(true);
  }

  learn(aspects) {
    for (const aspect of aspects) this.#seen.sum += aspect;
    this.#seen.count += aspects.length;
  }

  get usualAspect() {
    return this.#seen.count > 20 ? this.#seen.sum / this.#seen.count : USUAL_ASPECT;
  }

  layout(all = false) {
    let top = 0;
    for (const one of this.list) {
      if (all) one.kept = null;
      if (all || one.dirty) this.#arrange(one);
      one.top = top;
      top += one.height;
    }
    this.height = top;
  }

  #arrange(one) {
    const shown = entries(one);
    const { boxes, height } = justify(shown.map((entry) => entry.aspect), this.measure);
    const missing = one.count - one.items.length;
    one.boxes = boxes;
    one.filled = height;
    one.dirty = false;
    const rest = missing > 0 ? guessHeight(missing, this.usualAspect, this.measure) : 0;
    const guess = height + rest + (height && rest ? this.measure.gap : 0);
    one.height = HEADING + (missing > 0 && one.kept ? one.kept : guess);
  }

  // Forgets the items of a section far away, and keeps the height that they had.
  forget(one) {
    one.kept = one.count === one.items.length ? one.height - HEADING : one.kept;
    one.items = [];
    one.next = null;
    one.dirty = true;
  }

  indexAt(y) {
    let low = 0;
    let high = this.list.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.list[middle].top <= y) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }
}

function section({ key, title, count, start, end }) {
  return { key, title, count, start, end, items: [], pins: [], boxes: [], next: null, kept: null, dirty: true, top: 0, height: 0, filled: 0 };
}

// Work under way stands before what is finished.
export const entries = (one) => (one.pins.length ? [...one.pins, ...one.items] : one.items);

export const HEADING_HEIGHT = HEADING;
