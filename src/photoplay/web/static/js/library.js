// The library: joins the grid, what it shows, the filters, the scrubber, the selection and what happens elsewhere.

import { api } from "./api.js";
import { saveAll } from "./download.js";
import { fileUnder } from "./filing.js";
import { monthStretch } from "./grid-days.js";
import { entries } from "./grid-sections.js";
import { grouped } from "./grid-item.js";
import { GridKeys } from "./grid-keys.js";
import { Pages } from "./grid-pages.js";
import { rememberPlace, recallPlace } from "./grid-place.js";
import { Sections } from "./grid-sections.js";
import { Selection } from "./grid-selection.js";
import { GridView } from "./grid-view.js";
import { LibraryFilters } from "./library-filters.js";
import { cancelWork, LibraryLive } from "./library-live.js";
import { apiQuery, isNarrowed, searchOf } from "./library-query.js";
import { MonthScrubber } from "./month-scrubber.js";
import { TilePlay } from "./tile-play.js";
import { toast } from "./toast.js";
import { removeWithUndo, sayDeleted, trashDays } from "./trash.js";

const RETRY_MS = 4000;
const LONG_PRESS_MS = 450;
const SIZE_KEY = "photoplay:tile-size";

export function attach(root) {
  new Library(root).start();
}

class Library {
  search = "";

  constructor(root) {
    this.root = root;
    this.box = root.querySelector(".grid");
    this.sections = new Sections();
    this.play = new TilePlay(this.box);
    this.selection = new Selection(document.getElementById("selection"), () => this.view.draw());
    this.filters = new LibraryFilters(root, (filters) => this.load(filters));
    this.view = new GridView(this.box, this.sections, {
      href: (item) => (item.kind === "work" ? "" : `/library/${item.id}${this.search}`),
      isSelected: this.selection.has,
      current: () => this.keys.stop(),
      sight: (sight) => this.sight(sight),
      freed: (tile) => this.play.freed(tile),
    });
    const change = (fn) => this.view.anchored(fn);
    this.pages = new Pages(this.sections, { change, came: () => this.came(), failed: (error) => this.failed(error) });
    this.live = new LibraryLive(this.sections, {
      change,
      counted: (by) => this.count(by),
      redraw: () => this.view.soon(),
      reload: () => this.load(this.filters.now),
    });
    this.keys = new GridKeys(this.box, this.sections, this.view, {
      play: (item) => this.playOrSelect(item),
      select: (item, stretch) => this.select(item, stretch),
      remove: (item) => this.remove(this.selection.size ? this.selection.items : [item]),
      leave: () => this.selection.clear(),
    });
    this.scrubber = new MonthScrubber(root.querySelector(".scrubber"), (month, share) => this.jump(month, share));
  }

  start() {
    history.scrollRestoration = "manual";
    this.setSize(Number(localStorage.getItem(SIZE_KEY)) || 156);
    this.listen();
    this.load(this.filters.now, { place: recallPlace(searchOf(this.filters.now)) });
    sayDeleted();
  }

  listen() {
    this.box.addEventListener("click", (event) => this.clicked(event));
    this.box.addEventListener("pointerdown", (event) => event.pointerType === "touch" && this.press(event));
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-tile-size]");
      if (button) this.setSize(Number(button.dataset.tileSize));
      if (event.target.closest("[data-again]")) this.load(this.filters.now);
    });
    document.getElementById("selection").addEventListener("click", (event) => this.barPressed(event));
    document.getElementById("file-under")?.addEventListener("click", (event) => this.file(event.target.closest("[data-file-under]")));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.selection.size && !document.querySelector(":popover-open") && this.selection.clear());
    addEventListener("pagehide", () => rememberPlace(this.search, this.view, this.opened));
  }

  async load(filters, { place = null } = {}) {
    this.pages.reset(filters);
    this.search = searchOf(filters);
    this.root.classList.toggle("library-trash", filters.state === "trashed");
    this.selection.clear();
    this.play.stop();
    this.show("loading");
    try {
      const isWork = filters.state === "failed" || filters.state === "running";
      const { items, total } = isWork ? { items: [], total: 0 } : await api(`/api/v1/assets/timeline?${apiQuery(filters)}`);
      if (filters !== this.filters.now) return;
      this.months = items;
      this.total = total;
      this.sections.reset(items.map(monthStretch));
      this.scrubber.show(items);
      if (!place) scrollTo({ top: 0, behavior: "instant" });
      this.view.anchored(() => {});
      if (place) this.goBack(place);
      await this.live.reset(filters);
      this.came();
    } catch (error) {
      if (filters === this.filters.now) this.failed(error);
    }
  }

  // Where one was before: near its share of the month at first, then exactly at the item, once it is there.
  goBack(place) {
    this.place = place;
    this.jump(place.month, place.share);
  }

  came() {
    this.live.join();
    const isEmpty = this.sections.list.length === 0;
    this.show(isEmpty ? this.nothing() : "there");
    this.count(0);
    this.view.draw();
    const found = this.place && this.view.find(this.place.id);
    if (!found) return;
    this.view.goTo(found.y - this.place.offset);
    this.place = null;
  }

  // Which words stand where nothing is: the trash, say, has words of its own while nothing else is asked for.
  nothing() {
    const { state, ...others } = this.filters.now;
    if (state && !isNarrowed(others)) return `no-${state}`;
    return state || isNarrowed(others) ? "nothing" : "empty";
  }

  failed(error) {
    if (this.sections.list.length === 0) {
      this.root.querySelector("[data-reason]").textContent = error.message;
      return this.show("failed");
    }
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.view.soon(), RETRY_MS);
  }

  show(state) {
    this.root.dataset.state = state;
    for (const element of this.root.querySelectorAll("[data-when]")) element.hidden = element.dataset.when !== state;
  }

  count(by) {
    this.total = Math.max(0, (this.total ?? 0) + by);
    const all = Number(this.root.dataset.total) + by;
    this.root.dataset.total = all;
    const line = this.root.querySelector("[data-shown]");
    const { state } = this.filters.now;
    const works = this.sections.list.reduce((sum, { pins }) => sum + pins.length, 0);
    if (state === "failed" || state === "running") line.textContent = `${grouped(works)} ${state === "failed" ? "failed" : "under way"}`;
    else if (state === "trashed") line.textContent = this.total ? `${grouped(this.total)} shown, each kept for ${trashDays()}` : "";
    else line.textContent = isNarrowed(this.filters.now) ? `${grouped(this.total)} of ${grouped(all)}` : all ? `${grouped(all)} in all` : "";
  }

  sight(sight) {
    this.pages.want(sight);
    const section = this.sections.list[sight.first];
    if (!section || section.isTop) return;
    const same = this.sections.list.filter(({ month }) => month === section.month);
    const [top, bottom] = [same[0].top, same.at(-1).top + same.at(-1).height];
    this.scrubber.at(section.month, Math.min(0.999, Math.max(0, (sight.line - top) / (bottom - top))));
  }

  jump(month, share) {
    const same = this.sections.list.filter((section) => section.month === month && !section.isTop);
    if (same.length === 0) return;
    const [top, bottom] = [same[0].top, same.at(-1).top + same.at(-1).height];
    this.view.goTo(same[0] === this.sections.list[0] && share < 0.02 ? -this.view.top() : top + (bottom - top) * share);
    this.view.soon();
  }

  setSize(size) {
    localStorage.setItem(SIZE_KEY, size);
    const isPhone = matchMedia("(width < 760px)").matches;
    const target = isPhone ? Math.round(size * 0.8) : size;
    this.root.style.setProperty("--row", `${target}px`);
    this.view.anchored(() => this.sections.resize({ width: this.box.clientWidth, target, gap: isPhone ? 6 : 8 }));
    for (const button of this.root.querySelectorAll("[data-tile-size]")) button.setAttribute("aria-pressed", Number(button.dataset.tileSize) === size);
  }

  clicked(event) {
    const tile = event.target.closest(".tile");
    if (!tile?.item) return;
    if (event.target.closest(".tile-cancel")) return this.cancel(tile.item);
    if (event.target.closest(".tile-play")) return this.play.toggle(tile);
    const onCheck = event.target.closest(".tile-check");
    const isChoosing = this.selection.size > 0 && !event.ctrlKey && !event.metaKey;
    this.opened = tile.item.id;
    if (!onCheck && !(isChoosing && event.target.closest(".tile-link"))) return;
    event.preventDefault();
    this.select(tile.item, event.shiftKey);
  }

  // A long press on a touch screen begins selecting; the click that follows it opens nothing.
  press(event) {
    const tile = event.target.closest(".tile");
    if (!tile || tile.tileType === "work") return;
    const timer = setTimeout(() => {
      this.select(tile.item, false);
      addEventListener("click", (click) => (click.preventDefault(), click.stopPropagation()), { capture: true, once: true });
    }, LONG_PRESS_MS);
    for (const name of ["pointerup", "pointercancel", "scroll"]) addEventListener(name, () => clearTimeout(timer), { once: true });
  }

  select(item, stretch) {
    if (!stretch) return this.selection.toggle(item);
    this.selection.stretch(item, this.sections, (section) => this.pages.fill(section)).catch((error) => toast(error.message));
  }

  playOrSelect(item) {
    const tile = this.view.tile(item.id);
    if (tile && item.kind !== "image") this.play.toggle(tile);
    else this.selection.toggle(item);
  }

  async cancel(item) {
    item.generation.cancel_asked = true;
    this.view.draw();
    await cancelWork(item).catch((error) => toast(error.message));
  }

  barPressed(event) {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act === "delete") this.remove(this.selection.items);
    if (act === "restore") this.remove(this.selection.items, "restore");
    if (act === "download") saveAll(this.selection.items);
    if (act === "compare") location.assign(`/compare?assets=${this.selection.items.map(({ id }) => id).join(",")}`);
    if (act === "try") location.assign(`/library/${this.selection.items[0].id}#try-on`);
    if (act === "leave") this.selection.clear();
  }

  async file(row) {
    if (!row) return;
    document.getElementById("file-under").hidePopover();
    const { items } = this.selection;
    if (await fileUnder(items, { campaign: row.dataset.fileUnder, name: row.dataset.name })) this.selection.drop(items.map(({ id }) => id));
  }

  remove(items, action = this.filters.now.state === "trashed" ? "restore" : "delete") {
    const next = this.afterwards(items);
    removeWithUndo(items, {
      action,
      gone: () => {
        this.selection.drop(items.map(({ id }) => id));
        this.view.anchored(() => void this.live.take(items.map(({ id }) => id)));
        this.keys.current = next;
        this.came();
        this.view.tile(next)?.querySelector("a")?.focus({ preventScroll: true });
      },
      back: () => {
        this.view.anchored(() => this.live.put(items.filter(({ id }) => !this.view.find(id))));
        this.came();
      },
    });
  }

  // The item that the keys go on from when these are gone.
  afterwards(items) {
    const gone = new Set(items.map(({ id }) => id));
    const all = this.sections.list.flatMap(entries);
    const at = all.findLastIndex(({ id }) => gone.has(id));
    return (all.slice(at + 1).find(({ kind, id }) => kind !== "work" && !gone.has(id)) ?? all.findLast(({ id }) => !gone.has(id)))?.id ?? null;
  }
}
