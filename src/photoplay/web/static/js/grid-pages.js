// Brings the items of the sections in sight, a page at a time, and lets go of those far away.

import { api } from "./api.js";
import { cut, cutMoment, unfold } from "./grid-days.js";
import { itemOf } from "./grid-item.js";
import { apiQuery, instant } from "./library-query.js";

const PAGE = 100;
const KEEP = 3000;

export class Pages {
  #sections;
  #filters = null;
  #flight = null;
  #sight = { first: 0, last: 0, line: 0 };
  #acts;

  // acts: change(fn) runs fn while heights may change; came() is called after it; failed(error) when nothing came.
  constructor(sections, acts) {
    this.#sections = sections;
    this.#acts = acts;
  }

  reset(filters) {
    this.#flight?.abort.abort();
    this.#flight = null;
    this.#filters = filters;
  }

  get #newestFirst() {
    return this.#filters.order !== "oldest";
  }

  // What is in sight: the first and last section, and the line of the grid at the top of the window.
  want(sight) {
    this.#sight = sight;
    if (this.#flight) {
      const at = this.#sections.list.indexOf(this.#flight.section);
      if (at >= sight.first - 2 && at <= sight.last + 2) return;
      this.#flight.abort.abort();
      this.#flight = null;
    }
    const wanted = this.#next();
    if (wanted) this.#bring(wanted);
  }

  #next() {
    const { list } = this.#sections;
    const { first, last } = this.#sight;
    const order = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    order.push(last + 1, first - 1);
    return order.map((index) => list[index]).find((one) => one && one.items.length < one.count);
  }

  async #bring(section) {
    const abort = new AbortController();
    const flight = (this.#flight = { section, abort });
    try {
      const change = (await this.#cutChange(section, abort.signal)) ?? (await this.#pageChange(section, abort.signal));
      if (this.#flight !== flight) return;
      this.#flight = null;
      this.#acts.change(change);
      this.#acts.came();
    } catch (error) {
      if (error.name === "AbortError" || this.#flight !== flight) return;
      this.#flight = null;
      this.#acts.failed(error);
    }
  }

  // One page from where the section ends so far, at once; for those who need items out of sight.
  async fill(section) {
    const change = await this.#pageChange(section);
    this.#acts.change(change);
  }

  async #cutChange(section, signal) {
    const isBefore = this.#sections.list.indexOf(section) < this.#sight.first;
    const y = isBefore ? section.top + section.height : this.#sight.line;
    const moment = cutMoment(section, y, this.#newestFirst);
    if (moment === null) return null;
    const query = this.#newestFirst ? this.#within(section.start, moment) : this.#within(moment, section.end);
    const { total } = await api(`/api/v1/assets/timeline?${query}`, { signal });
    if (total === 0 || total >= section.count - section.items.length) return () => narrow(section, moment, total > 0, this.#newestFirst);
    return () => {
      const second = cut(section, moment, total, this.#newestFirst);
      this.#sections.list.splice(this.#sections.list.indexOf(section) + 1, 0, second);
      return isBefore || section.items.length ? null : second;
    };
  }

  async #pageChange(section, signal) {
    const query = section.next ? new URLSearchParams(section.next.query) : this.#within(section.start, section.end);
    if (this.#newestFirst) query.delete("from");
    else query.delete("to");
    for (const name of ["from", "to"]) restore(query, name, apiQuery(this.#filters));
    query.set("limit", PAGE);
    if (section.next) query.set("cursor", section.next.cursor);
    const page = await api(`/api/v1/assets?${query}`, { signal });
    return () => this.#take(section, page, query);
  }

  #within(start, end) {
    const query = apiQuery(this.#filters);
    const [from, to] = [query.get("from"), query.get("to")];
    query.set("from", instant(Math.max(start, from ? Date.parse(from) : start)));
    query.set("to", instant(Math.min(end, to ? Date.parse(to) : end)));
    return query;
  }

  #take(section, page, query) {
    const { list } = this.#sections;
    const items = page.items.map(itemOf);
    this.#sections.learn(items.map((item) => item.aspect));
    const touched = new Set([section]);
    let at = list.indexOf(section);
    for (const item of items) {
      while (list[at] && isBeyond(list[at], item.at, this.#newestFirst)) settle(list[at++]);
      if (!list[at]) break;
      touched.add(list[at]);
      if (list[at].items.some((known) => known.id === item.id)) continue;
      list[at].items.push(item);
      list[at].dirty = true;
    }
    if (!page.next_cursor) settle(list[at]);
    else if (list[at]) list[at].next = { cursor: page.next_cursor, query: query.toString() };
    for (const one of touched) list.splice(list.indexOf(one), 1, ...unfold(one));
    this.#sections.dropEmpty();
    this.#letGo();
  }

  #letGo() {
    const { list } = this.#sections;
    let held = list.reduce((total, section) => total + section.items.length, 0);
    const middle = this.#sight.line;
    const far = list.filter((one) => one.items.length).sort((one, other) => away(other, middle) - away(one, middle));
    for (const one of far) {
      if (held <= KEEP || away(one, middle) < 4 * innerHeight) return;
      held -= one.items.length;
      this.#sections.forget(one);
    }
  }
}

// All of it lies on one side of the moment, so the next guess has less to guess from.
function narrow(section, moment, isAfter, newestFirst) {
  if (isAfter === newestFirst) section.end = moment;
  else section.start = moment;
}

const away = (one, line) => Math.max(one.top - line, line - one.top - one.height);

const isBeyond = (one, moment, newestFirst) => (newestFirst ? moment < one.start : moment >= one.end);

// A section that was passed has shown all it has, whatever the timeline said a moment ago.
function settle(one) {
  if (!one) return;
  one.count = one.items.length;
  one.next = null;
  one.dirty = true;
}

function restore(query, name, given) {
  if (!query.has(name) && given.has(name)) query.set(name, given.get(name));
}
