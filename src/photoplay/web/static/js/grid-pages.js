// Brings the items of the sections in sight, a page at a time, and lets go of those far away.

import { api } from "./api.js";
import { itemOf } from "./grid-item.js";
import { apiQuery, dayOf, instant } from "./library-query.js";

const PAGE = 100;
const KEEP = 3000;

export class Pages {
  #sections;
  #filters = null;
  #flight = null;
  #wanted = null;
  #changed;
  #failed;

  // changed() is called when items came; failed(error) when they could not.
  constructor(sections, { changed, failed }) {
    this.#sections = sections;
    this.#changed = changed;
    this.#failed = failed;
  }

  reset(filters) {
    this.#flight?.abort.abort();
    this.#flight = null;
    this.#filters = filters;
  }

  // The sections in sight, by index; those just beyond are brought after them.
  want(first, last) {
    this.#wanted = { first, last };
    const index = this.#next();
    if (this.#flight) {
      const { section } = this.#flight;
      const at = this.#sections.list.indexOf(section);
      if (at >= first - 3 && at <= last + 3) return;
      this.#flight.abort.abort();
      this.#flight = null;
    }
    if (index >= 0) this.#bring(this.#sections.list[index]);
  }

  #next() {
    const { list } = this.#sections;
    const { first, last } = this.#wanted;
    const order = [];
    for (let index = first; index <= last; index++) order.push(index);
    order.push(last + 1, first - 1);
    return order.find((index) => list[index] && list[index].items.length < list[index].count) ?? -1;
  }

  async #bring(section) {
    const abort = new AbortController();
    const flight = (this.#flight = { section, abort });
    try {
      await this.fill(section, abort.signal);
      if (this.#flight !== flight) return;
      this.#flight = null;
      this.#letGo();
      this.#changed();
    } catch (error) {
      if (error.name === "AbortError" || this.#flight !== flight) return;
      this.#flight = null;
      this.#failed(error);
    }
  }

  // One page from where the section ends so far; what overflows goes to the sections after it.
  async fill(section, signal) {
    const query = this.#query(section);
    const page = await api(`/api/v1/assets?${query}`, { signal });
    this.#take(section, page, query);
  }

  #query(section) {
    const query = section.next ? new URLSearchParams(section.next.query) : apiQuery(this.#filters);
    if (section.next) {
      query.set("cursor", section.next.cursor);
      return query;
    }
    const [name, edge] = this.#filters.order === "oldest" ? ["from", section.start] : ["to", section.end];
    const given = query.get(name);
    const narrower = given && (name === "from" ? Date.parse(given) > edge : Date.parse(given) < edge);
    if (!narrower) query.set(name, instant(edge));
    query.set("limit", PAGE);
    return query;
  }

  #take(section, page, query) {
    const { list } = this.#sections;
    const items = page.items.map(itemOf);
    this.#sections.learn(items.map((item) => item.aspect));
    let at = list.indexOf(section);
    for (const item of items) {
      while (list[at] && !holds(list[at], item)) this.#settle(list[at++]);
      if (!list[at]) break;
      if (list[at].items.some((known) => known.id === item.id)) continue;
      list[at].items.push(item);
      list[at].dirty = true;
    }
    if (!page.next_cursor) this.#settle(list[at]);
    else if (list[at]) list[at].next = { cursor: page.next_cursor, query: query.toString() };
  }

  // A section that was passed has shown all it has, whatever the timeline said a moment ago.
  #settle(section) {
    if (!section) return;
    section.count = section.items.length;
    section.next = null;
    section.dirty = true;
  }

  #letGo() {
    const { list } = this.#sections;
    let held = list.reduce((total, section) => total + section.items.length, 0);
    const { first, last } = this.#wanted;
    const middle = (first + last) / 2;
    const far = list.map((section, index) => ({ section, far: Math.abs(index - middle), index })).filter(({ section }) => section.items.length);
    far.sort((one, other) => other.far - one.far);
    for (const { section, index } of far) {
      if (held <= KEEP || (index >= first - 2 && index <= last + 2)) return;
      held -= section.items.length;
      this.#sections.forget(section);
    }
  }
}

const holds = (section, item) => section.key === dayOf(item.at) || (section.start <= item.at && item.at < section.end);
