// What happens elsewhere, shown in the grid by itself: work under way on top, new assets in their day, deleted ones gone.

import { api } from "./api.js";
import { dayStretch, unfold } from "./grid-days.js";
import { belongs, itemOf, pinOf } from "./grid-item.js";
import { isOver } from "./tile-work.js";
import { isOfWork, spanOf } from "./library-query.js";
import { onEvent, onProgress, onReset } from "./live.js";

const MOST_BACK = 20;
const UNDER_WAY = ["running", "uncertain", "queued"];

export class LibraryLive {
  #sections;
  #filters;
  #acts;
  #ids = new Set();

  // acts: { change(fn), counted(by), redraw(), reload() }
  constructor(sections, acts) {
    this.#sections = sections;
    this.#acts = acts;
    onEvent((name, data) => this.#heard(name, data));
    onProgress((told) => this.#progressed(told));
    onReset(() => this.#acts.reload());
  }

  async reset(filters) {
    this.#filters = filters;
    this.#ids.clear();
    if (filters.state === "trashed") return;
    const states = filters.state === "failed" ? ["failed"] : UNDER_WAY;
    const { items } = await api(`/api/v1/generations?${states.map((state) => `status=${state}&`).join("")}limit=100`);
    if (filters !== this.#filters) return;
    const pins = items.map(pinOf).filter((pin) => this.#belongs(pin));
    if (pins.length) this.#acts.change(() => pins.reverse().forEach((pin) => this.#pin(pin)));
  }

  #belongs(item) {
    return belongs(item, this.#filters, spanOf(this.#filters.when));
  }

  #heard(name, data) {
    if (!this.#filters) return;
    if (name.startsWith("generation.") && data.generation) return this.#generation(data.generation);
    if (name === "asset.deleted" || name === "asset.restored") return this.#moved(data.ids, (name === "asset.deleted") === (this.#filters.state === "trashed"));
    if (name === "asset.filed") return this.#filed(data);
    if (data.asset) this.#acts.change(() => this.#replace(itemOf(data.asset)) || (name === "asset.created" && this.#add(itemOf(data.asset))));
  }

  // What stands under another campaign now leaves a list of the old one, and comes into a list of the new one.
  #filed({ ids, campaign }) {
    const filed = new Set(ids);
    const known = this.#sections.list.flatMap(({ items }) => items.filter(({ id }) => filed.has(id)));
    for (const item of known) item.campaign = campaign;
    const gone = known.filter((item) => !this.#belongs(item)).map(({ id }) => id);
    if (gone.length) this.#acts.change(() => void this.take(gone));
    if (this.#filters.campaign && isOfWork(this.#filters, campaign)) this.#moved(ids, this.#filters.state !== "trashed");
  }

  // Assets that another tab or a program deleted or brought back.
  async #moved(ids, stays) {
    if (["failed", "running"].includes(this.#filters.state)) return;
    if (!stays) return this.#acts.change(() => void this.take(ids));
    const missing = ids.filter((id) => !this.#sections.list.some(({ items }) => items.some((item) => item.id === id)));
    if (missing.length > MOST_BACK) return this.#acts.reload();
    const back = await Promise.all(missing.map((id) => api(`/api/v1/assets/${id}`).catch(() => null)));
    this.#acts.change(() => void back.filter(Boolean).map(itemOf).forEach((item) => this.#belongs(item) && !this.#replace(item) && this.put([item])));
  }

  #generation(generation) {
    const pin = pinOf(generation);
    const wanted = this.#filters.state === "failed" ? ["failed"] : [...UNDER_WAY, "failed"];
    const isShown = this.#ids.has(pin.id);
    const stays = wanted.includes(generation.status) && (generation.status !== "failed" || isShown || this.#filters.state === "failed");
    this.#acts.change(() => {
      if (!stays || this.#filters.state === "trashed" || !this.#belongs(pin)) this.#unpin(pin.id);
      else if (isShown) this.#repin(pin);
      else this.#pin(pin);
      for (const asset of generation.assets ?? []) this.#add(itemOf(asset));
      this.#sections.dropEmpty();
    });
  }

  #progressed(told) {
    const pin = this.#find(told.id);
    if (!pin) return;
    Object.assign(pin.generation, { ...told, status: "running" });
    this.#acts.redraw();
  }

  #find(id) {
    for (const section of this.#sections.list) {
      const pin = section.pins.find((one) => one.id === id);
      if (pin) return pin;
    }
    return null;
  }

  #pin(pin) {
    if (this.#ids.has(pin.id)) return this.#repin(pin);
    this.#ids.add(pin.id);
    const { list } = this.#sections;
    const today = dayStretch(Date.now());
    const isOldest = this.#filters.order === "oldest";
    const first = isOldest ? null : list.find((one) => one.start <= today.start && today.start < one.end && one.items.length);
    const section = first ?? this.#onTop(today);
    section.pins.unshift(pin);
    section.dirty = true;
  }

  // Work stands on top, whatever the order and whatever month comes first.
  #onTop(today) {
    const { list } = this.#sections;
    if (list[0]?.isTop || (list[0] && list[0].title === today.title && !list[0].isMonth)) return list[0];
    const made = this.#sections.make({ ...today, title: this.#filters.state === "failed" ? "Failed" : "Now", count: 0 });
    made.isTop = true;
    made.start = made.end;
    list.unshift(made);
    return made;
  }

  // Once the days of the first month are known, what runs moves from a place of its own into today.
  join() {
    const { list } = this.#sections;
    const [top, today] = list;
    if (!top?.isTop || !today || today.isMonth || today.title !== dayStretch(Date.now()).title || this.#filters.state) return;
    this.#acts.change(() => {
      today.pins = top.pins.splice(0);
      today.dirty = true;
      list.shift();
    });
  }

  #repin(pin) {
    const known = this.#find(pin.id);
    if (known) Object.assign(known, pin);
  }

  #unpin(id) {
    this.#ids.delete(id);
    for (const section of this.#sections.list) {
      const at = section.pins.findIndex((pin) => pin.id === id);
      if (at < 0) continue;
      section.pins.splice(at, 1);
      section.dirty = true;
    }
  }

  #replace(item) {
    for (const section of this.#sections.list) {
      const at = section.items.findIndex((one) => one.id === item.id);
      if (at < 0) continue;
      section.items[at] = item;
      section.dirty = true;
      return true;
    }
    return false;
  }

  #add(item) {
    if (["failed", "running"].includes(this.#filters.state) || this.#filters.state === "trashed") return;
    if (!this.#belongs(item) || this.#replace(item)) return;
    this.put([item]);
  }

  // Puts items where their time says. A stretch whose items were not read yet only counts them.
  put(items) {
    const newestFirst = this.#filters.order !== "oldest";
    for (const item of items) {
      const section = this.#sections.open(item.at, dayStretch(item.at), newestFirst);
      section.count += 1;
      section.dirty = true;
      this.#acts.counted(1);
      if (section.count > 1 && section.items.length === 0) continue;
      const at = section.items.findIndex((one) => (newestFirst ? one.at < item.at : one.at > item.at));
      const isBeyond = at < 0 && section.items.length < section.count - 1;
      if (!isBeyond) section.items.splice(at < 0 ? section.items.length : at, 0, item);
      const { list } = this.#sections;
      list.splice(list.indexOf(section), 1, ...unfold(section));
    }
  }

  // Takes items off the grid and gives those that were there.
  take(ids) {
    const gone = new Set(ids);
    const taken = [];
    for (const section of this.#sections.list) {
      const left = section.items.filter(({ id }) => !gone.has(id));
      if (left.length === section.items.length) continue;
      taken.push(...section.items.filter(({ id }) => gone.has(id)));
      section.count -= section.items.length - left.length;
      section.items = left;
      section.dirty = true;
    }
    this.#acts.counted(-taken.length);
    this.#sections.dropEmpty();
    return taken;
  }
}

export const cancelWork = (item) => isOver(item.generation.status) || api(`/api/v1/generations/${item.id}/cancel`, { method: "POST", json: {} });
