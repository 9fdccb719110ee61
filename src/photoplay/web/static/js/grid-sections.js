// What the grid holds, without any element: stretches of time with their counts, the items known so far, and where everything lies.
// A stretch begins as a month; as its items come, the days that are whole leave it and stand before it.

import { guessHeight, justify } from "./justified-rows.js";
import { monthName } from "./library-query.js";

const HEADING = 40;
const USUAL_ASPECT = 1.5;

export class Sections {
  list = [];
  height = 0;
  measure = { width: 1, target: 156, gap: 8 };
  #seen = { count: 0, sum: 0 };

  // stretches: [{ month, title, count, start, end, isMonth }] in the order they are shown.
  reset(stretches) {
    this.list = stretches.map((stretch) => section(stretch));
    this.layout(true);
  }

  // The stretch that holds this moment, made in its place as a day when the grid has none.
  open(moment, day, newestFirst) {
    const known = this.list.find((one) => holds(one, moment));
    if (known) return known;
    const after = this.list.findIndex((one) => (newestFirst ? one.start < day.start : one.start > day.start));
    const made = section({ ...day, count: 0 });
    this.list.splice(after < 0 ? this.list.length : after, 0, made);
    return made;
  }

  make(stretch) {
    return section(stretch);
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
    if (one.isMonth) Object.assign(one, { title: monthName(one.month), isOpenDay: false });
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

// Whether its items are all of one day, and how many there are of it, is known once isMonth is false.
export function section({ month, title, count, start, end, isMonth = false, items = [] }) {
  return { month, title, count, start, end, isMonth, items, pins: [], boxes: [], next: null, kept: null, dirty: true, top: 0, height: 0, filled: 0 };
}

export const holds = (one, moment) => one.start <= moment && moment < one.end;

// Work under way stands before what is finished.
export const entries = (one) => (one.pins.length ? [...one.pins, ...one.items] : one.items);

export const HEADING_HEIGHT = HEADING;
