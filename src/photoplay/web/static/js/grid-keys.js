// The keys of the grid: arrows move, Space plays, Enter opens, x selects, Delete deletes, Esc lets go.

import { entries, HEADING_HEIGHT } from "./grid-sections.js";

export class GridKeys {
  #sections;
  #view;
  #acts;
  current = null;

  // acts: { play(item), select(item, stretch), remove(item), leave() }
  constructor(box, sections, view, acts) {
    this.#sections = sections;
    this.#view = view;
    this.#acts = acts;
    box.addEventListener("keydown", (event) => this.#pressed(event));
    box.addEventListener("focusin", (event) => this.#focused(event.target.closest(".tile")));
    box.addEventListener("focus", () => this.current === null && this.#step(0));
  }

  // The tile that Tab reaches: the one last focused, or the first in sight.
  stop() {
    if (this.current && this.#view.find(this.current)) return this.current;
    const first = this.#sections.list.find((section) => entries(section).some((item) => item.kind !== "work"));
    return first ? entries(first).find((item) => item.kind !== "work").id : null;
  }

  #focused(tile) {
    if (!tile?.item || tile.item.id === this.current) return;
    this.current = tile.item.id;
    this.#view.soon();
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowLeft: () => this.#step(-1), ArrowRight: () => this.#step(1), ArrowUp: () => this.#row(-1), ArrowDown: () => this.#row(1) };
    const onButton = event.target.closest("button");
    const item = this.#item();
    const acts = {
      ...moves,
      Home: () => this.#edge(0),
      " ": () => !onButton && item && this.#acts.play(item),
      x: () => item && this.#acts.select(item, false),
      X: () => item && this.#acts.select(item, true),
      Delete: () => item && this.#acts.remove(item),
      Backspace: () => item && this.#acts.remove(item),
      Escape: () => this.#acts.leave(),
    };
    const act = acts[event.key];
    if (!act || (event.key === " " && onButton)) return;
    event.preventDefault();
    act();
  }

  #item() {
    const found = this.current && this.#view.find(this.current);
    const item = found ? entries(found.section)[found.at] : null;
    return item?.kind === "work" ? null : item;
  }

  #step(by) {
    const found = this.#view.find(this.current ?? this.stop());
    if (!found) return;
    const { list } = this.#sections;
    let index = list.indexOf(found.section);
    let at = found.at + by;
    if (at < 0) at = entries(list[--index] ?? { items: [], pins: [] }).length - 1;
    else if (at >= entries(list[index]).length) [index, at] = [index + 1, 0];
    this.#go(list[index], at);
  }

  // The tile of the next row whose middle is nearest to this one's.
  #row(by) {
    const found = this.#view.find(this.current ?? this.stop());
    if (!found) return;
    const middle = found.box.x + found.box.width / 2;
    let { section } = found;
    let row = found.box.row + by;
    if (row < 0 || row > (section.boxes.at(-1)?.row ?? 0)) {
      section = this.#sections.list[this.#sections.list.indexOf(section) + by];
      row = by < 0 ? (section?.boxes.at(-1)?.row ?? -1) : 0;
    }
    if (!section) return;
    const inRow = section.boxes.map((box, at) => ({ box, at })).filter(({ box }) => box.row === row);
    inRow.sort((one, other) => Math.abs(one.box.x + one.box.width / 2 - middle) - Math.abs(other.box.x + other.box.width / 2 - middle));
    this.#go(section, inRow[0]?.at ?? -1);
  }

  #edge(index) {
    this.#go(this.#sections.list[index], 0);
  }

  #go(section, at) {
    const item = section && entries(section)[at];
    if (!item) {
      if (section) scrollBy({ top: section.top + HEADING_HEIGHT > scrollY - this.#view.top() ? innerHeight / 2 : -innerHeight / 2, behavior: "instant" });
      return;
    }
    this.current = item.id;
    this.#reveal(section, section.boxes[at]);
    this.#view.draw();
    this.#view.tile(item.id)?.querySelector("a, button")?.focus({ preventScroll: true });
  }

  #reveal(section, box) {
    const top = this.#view.top() + section.top + HEADING_HEIGHT + box.y;
    const [above, below] = [140, 90];
    if (top - above < scrollY) scrollTo({ top: top - above, behavior: "instant" });
    else if (top + box.height + below > scrollY + innerHeight) scrollTo({ top: top + box.height + below - innerHeight, behavior: "instant" });
  }
}
