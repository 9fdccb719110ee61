// Draws the part of the grid in sight. Elements are used again, so a hundred thousand items need no more of them than fifty.

import { entries, HEADING_HEIGHT } from "./grid-sections.js";
import { grouped } from "./grid-item.js";
import { emptyTile, fillTile, makeTile, tileType } from "./tile.js";

const MOST_TILES = 140;
const FAST = 4; // windows a second; above it tiles show their hash and fetch nothing
const SETTLE_MS = 120;

export class GridView {
  #box;
  #sections;
  #options;
  #tiles = new Map();
  #sectionElements = new Map();
  #free = { picture: [], audio: [], work: [], section: [] };
  #frame = 0;
  #last = { y: 0, at: 0 };
  #settling = null;
  #calm = true;

  // options: { href(item), isSelected(id), current() id with the tab stop, sight({ first, last, line }), freed(tile) }
  constructor(box, sections, options) {
    this.#box = box;
    this.#sections = sections;
    this.#options = options;
    addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.resized()).observe(box);
  }

  resized() {
    const width = this.#box.clientWidth;
    if (!width || width === this.#sections.measure.width) return;
    this.anchored(() => this.#sections.resize({ ...this.#sections.measure, width }));
  }

  soon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.draw();
    });
  }

  #scrolled() {
    const now = performance.now();
    const moved = Math.abs(scrollY - this.#last.y) / innerHeight / Math.max(0.008, (now - this.#last.at) / 1000);
    this.#calm = moved < FAST;
    this.#last = { y: scrollY, at: now };
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => ((this.#calm = true), this.soon()), SETTLE_MS);
    this.soon();
  }

  // Changes the heights without moving what is looked at.
  anchored(change) {
    const before = this.#anchor();
    const goal = change();
    this.#sections.layout();
    this.#box.style.height = `${this.#sections.height}px`;
    if (!before && goal && goal.top > scrollY - this.top()) this.goTo(goal.top);
    if (before) {
      const now = this.find(before.id);
      const delta = now ? this.top() + now.y - scrollY - before.offset : 0;
      if (Math.abs(delta) >= 1) scrollTo({ top: scrollY + delta, behavior: "instant" });
    }
    this.draw();
  }

  #anchor() {
    if (scrollY < 8) return null;
    const line = scrollY - this.top();
    const { list } = this.#sections;
    for (let index = this.#sections.indexAt(line); index < list.length && list[index].top < line + innerHeight; index++) {
      const section = list[index];
      const at = section.boxes.findIndex((box) => section.top + HEADING_HEIGHT + box.y + box.height > line + 60);
      if (at >= 0) return { id: entries(section)[at]?.id, offset: section.top + HEADING_HEIGHT + section.boxes[at].y - line };
    }
    return null;
  }

  // What is looked at, as a place to come back to; null at the very top.
  place() {
    const before = this.#anchor();
    if (!before?.id) return null;
    const { section, y } = this.find(before.id);
    const same = this.#sections.list.filter(({ month }) => month === section.month);
    const height = same.at(-1).top + same.at(-1).height - same[0].top;
    return { id: before.id, month: section.month, share: (y - same[0].top) / height, offset: before.offset };
  }

  goTo(y) {
    scrollTo({ top: this.top() + y, behavior: "instant" });
  }

  top() {
    return this.#box.getBoundingClientRect().top + scrollY;
  }

  find(id) {
    for (const section of this.#sections.list) {
      const at = entries(section).findIndex((item) => item.id === id);
      if (at >= 0 && section.boxes[at]) return { section, at, y: section.top + HEADING_HEIGHT + section.boxes[at].y, box: section.boxes[at] };
    }
    return null;
  }

  tile(id) {
    return this.#tiles.get(id) ?? null;
  }

  draw() {
    const line = scrollY - this.top();
    const wanted = this.#inSight(line, MOST_TILES);
    this.#release(wanted);
    for (const [section, places] of wanted) this.#drawSection(section, places);
    const first = this.#sections.indexAt(Math.max(0, line));
    const last = this.#sections.indexAt(Math.max(0, line + innerHeight));
    this.#options.sight({ first, last, line });
  }

  // For each section in sight, the places of the items that are. Beyond the window half of it more, while the tiles suffice.
  #inSight(line, most) {
    const over = Math.min(innerHeight / 2, 500);
    const found = this.#between(line - over, line + innerHeight + over);
    const count = [...found.values()].reduce((total, places) => total + places.length, 0);
    return count > most ? this.#between(line - 40, line + innerHeight + 40) : found;
  }

  #between(from, to) {
    const { list } = this.#sections;
    const found = new Map();
    for (let index = this.#sections.indexAt(from); index < list.length && list[index].top < to; index++) {
      const section = list[index];
      const start = section.top + HEADING_HEIGHT;
      const places = [];
      section.boxes.forEach(({ y, height }, at) => {
        if (start + y + height > from && start + y < to) places.push(at);
      });
      found.set(section, places);
    }
    return found;
  }

  #release(wanted) {
    const keep = new Set();
    for (const [section, places] of wanted) for (const at of places) keep.add(entries(section)[at].id);
    for (const [id, tile] of this.#tiles) if (!keep.has(id)) this.#freeTile(id, tile);
    for (const [section, element] of this.#sectionElements) {
      if (wanted.has(section)) continue;
      element.remove();
      this.#free.section.push(element);
      this.#sectionElements.delete(section);
    }
  }

  #freeTile(id, tile) {
    if (tile.contains(document.activeElement)) this.#box.focus({ preventScroll: true });
    this.#options.freed(tile);
    tile.remove();
    emptyTile(tile);
    this.#free[tile.tileType].push(tile);
    this.#tiles.delete(id);
  }

  #drawSection(section, places) {
    const element = this.#sectionElement(section);
    const list = element.lastElementChild;
    const shown = entries(section);
    const stop = this.#options.current();
    let spot = list.firstElementChild;
    for (const at of places) {
      const tile = this.#tileFor(shown[at]);
      this.#refresh(tile, shown[at], this.#fillOptions(section, shown[at], at), stop);
      if (tile === spot) spot = spot.nextElementSibling;
      else list.insertBefore(tile, spot);
    }
  }

  // Most tiles show already what they shall; only work under way changes within its item.
  #refresh(tile, item, options, stop) {
    const { selected, setSize, position, href, box } = options;
    const isSame = tile.item === item;
    const calm = options.calm || (isSame && tile.calm);
    const mark = `${selected}|${calm}|${setSize}|${position}|${item.id === stop}|${href}`;
    if (isSame && tile.shownBox === box && tile.mark === mark && item.kind !== "work") return;
    Object.assign(tile, { mark, calm, shownBox: box });
    fillTile(tile, item, options);
    const link = tile.querySelector(".tile-link");
    if (link) link.tabIndex = item.id === stop ? 0 : -1;
  }

  #fillOptions(section, item, at) {
    return {
      box: section.boxes[at],
      href: this.#options.href(item),
      selected: this.#options.isSelected(item.id),
      calm: this.#calm,
      setSize: Math.max(section.count + section.pins.length, 1),
      position: at + 1,
    };
  }

  #tileFor(item) {
    const type = tileType(item);
    const known = this.#tiles.get(item.id);
    if (known && known.tileType === type) return known;
    if (known) this.#freeTile(item.id, known);
    const tile = this.#free[type].pop() ?? makeTile(type);
    this.#tiles.set(item.id, tile);
    return tile;
  }

  #sectionElement(section) {
    let element = this.#sectionElements.get(section);
    if (!element) {
      element = this.#free.section.pop() ?? document.getElementById("grid-section").content.firstElementChild.cloneNode(true);
      this.#sectionElements.set(section, element);
      this.#insertInOrder(element, section);
    }
    this.#describe(element, section);
    return element;
  }

  #describe(element, section) {
    const mark = `${section.title}|${section.count}|${section.isOpenDay}|${section.top}|${section.height}|${section.filled}|${section.boxes.length}`;
    if (element.mark === mark) return;
    element.mark = mark;
    const [heading, rest, list] = element.children;
    const [title, count] = heading.children;
    title.textContent = section.title;
    count.textContent = section.isOpenDay || !section.count ? "" : grouped(section.count);
    list.setAttribute("aria-label", section.title);
    element.style.transform = `translateY(${section.top}px)`;
    const missing = section.height - HEADING_HEIGHT - section.filled;
    rest.hidden = missing < 20;
    rest.style.top = `${HEADING_HEIGHT + section.filled + (section.filled ? 8 : 0)}px`;
    rest.style.height = `${Math.max(0, missing - 8)}px`;
    list.hidden = section.boxes.length === 0;
  }

  #insertInOrder(element, section) {
    const place = this.#sections.list.indexOf(section);
    let before = null;
    for (const [other, shown] of this.#sectionElements) {
      if (shown === element || shown.parentNode !== this.#box) continue;
      if (this.#sections.list.indexOf(other) > place && (!before || shown.compareDocumentPosition(before) & Node.DOCUMENT_POSITION_FOLLOWING)) before = shown;
    }
    this.#box.insertBefore(element, before);
  }
}
