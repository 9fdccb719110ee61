// Time at the right edge: a tick per month, as wide as the month is full; drag it, press a month, or use the arrows.

import { grouped } from "./grid-item.js";
import { monthName } from "./library-query.js";

const YEAR_SPACE = 26;
const HIDE_PILL_MS = 1200;

export class MonthScrubber {
  #root;
  #ticks;
  #bubble;
  #months = [];
  #now = -1;
  #dragging = false;
  #hiding = null;
  #jump;

  // jump(month, fraction): go to this month ("2026-11"), this far into it.
  constructor(root, jump) {
    this.#root = root;
    this.#ticks = root.querySelector(".scrubber-ticks");
    this.#bubble = root.querySelector(".scrubber-bubble");
    this.#jump = jump;
    root.addEventListener("pointerdown", (event) => this.#down(event));
    root.addEventListener("pointermove", (event) => this.#dragging && this.#drag(event));
    for (const name of ["pointerup", "pointercancel"]) root.addEventListener(name, () => this.#up());
    root.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#draw()).observe(root);
  }

  // months: [{ month: "2026-11", count }] in the order of the grid.
  show(months) {
    this.#months = months;
    this.#root.hidden = months.length < 2;
    this.#root.setAttribute("aria-valuemax", Math.max(0, months.length - 1));
    this.#now = -1;
    this.#draw();
  }

  // The grid is at this month now, this far into it.
  at(month, fraction) {
    const index = this.#months.findIndex((one) => one.month === month);
    if (index < 0) return;
    if (!this.#dragging) this.#place(index + fraction);
    this.#mark(index);
    this.#peek();
  }

  #mark(index) {
    if (index === this.#now) return;
    this.#ticks.children[this.#tickOf(this.#now)]?.classList.remove("is-now");
    this.#ticks.children[this.#tickOf(index)]?.classList.add("is-now");
    this.#now = index;
    const { month, count } = this.#months[index];
    const [name, number] = this.#bubble.querySelectorAll("span");
    name.textContent = monthName(month);
    number.textContent = grouped(count);
    this.#root.setAttribute("aria-valuenow", index);
    this.#root.setAttribute("aria-valuetext", `${monthName(month, true)}, ${grouped(count)}`);
  }

  #tickOf(index) {
    return this.#months[index] ? this.#months[index].tick : -1;
  }

  // Years are words with room around them; the months share the rest evenly.
  #draw() {
    const height = this.#root.clientHeight;
    if (!height || this.#months.length === 0) return;
    const most = Math.max(...this.#months.map(({ count }) => count));
    const years = new Set(this.#months.map(({ month }) => month.slice(0, 4))).size;
    const step = Math.min(22, (height - years * YEAR_SPACE) / this.#months.length);
    const made = [];
    let y = 0;
    let year = "";
    this.#months.forEach((one) => {
      if (one.month.slice(0, 4) !== year) {
        year = one.month.slice(0, 4);
        if (step > 0) made.push(mark("scrubber-year", y + YEAR_SPACE / 2, year));
        y += YEAR_SPACE;
      }
      one.y = y;
      one.step = step;
      one.tick = made.length;
      made.push(tick(y + step / 2, one.count / most));
      y += step;
    });
    this.#ticks.replaceChildren(...made);
    const now = this.#now;
    this.#now = -1;
    if (now >= 0 && this.#months[now]) this.#mark(now);
    if (now >= 0 && this.#months[now]) this.#place(now);
  }

  #place(position) {
    const one = this.#months[Math.min(this.#months.length - 1, Math.floor(position))];
    if (!one?.step) return;
    this.#bubble.style.transform = `translateY(${Math.round(one.y + (position % 1) * one.step)}px)`;
  }

  #down(event) {
    if (event.button !== 0) return;
    this.#dragging = true;
    this.#root.setPointerCapture(event.pointerId);
    this.#root.classList.add("is-dragging");
    this.#root.focus({ preventScroll: true });
    this.#drag(event);
    event.preventDefault();
  }

  #drag(event) {
    const y = event.clientY - this.#root.getBoundingClientRect().top;
    const last = this.#months.at(-1);
    const one = this.#months.find(({ y: top, step }) => y < top + step) ?? last;
    const fraction = Math.min(0.999, Math.max(0, (y - one.y) / one.step));
    this.#place(this.#months.indexOf(one) + fraction);
    this.#jump(one.month, fraction);
  }

  #up() {
    this.#dragging = false;
    this.#root.classList.remove("is-dragging");
  }

  #key(event) {
    const now = Math.max(0, this.#now);
    const last = this.#months.length - 1;
    const year = (by) => nextYear(this.#months, now, by);
    const to = { ArrowDown: now + 1, ArrowRight: now + 1, ArrowUp: now - 1, ArrowLeft: now - 1, PageDown: year(1), PageUp: year(-1), Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#jump(this.#months[Math.min(last, Math.max(0, to))].month, 0);
  }

  // On the phone the pill shows while one scrolls, then goes.
  #peek() {
    this.#root.classList.add("is-awake");
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => this.#dragging || this.#root.classList.remove("is-awake"), HIDE_PILL_MS);
  }
}

function mark(name, y, words) {
  const element = Object.assign(document.createElement("span"), { className: name, textContent: words });
  element.style.top = `${y}px`;
  return element;
}

function tick(y, share) {
  const element = mark("scrubber-tick", y, "");
  element.style.width = `${Math.round(6 + 20 * Math.sqrt(share))}px`;
  return element;
}

function nextYear(months, now, by) {
  const year = months[now]?.month.slice(0, 4);
  let index = now;
  while (months[index + by] && months[index].month.slice(0, 4) === year) index += by;
  return index;
}
