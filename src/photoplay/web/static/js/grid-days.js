// Months into days: whole days leave a month as their items come, and a month is cut in two where one jumps into its middle.

import { section } from "./grid-sections.js";
import { dayName, dayOf, monthName, rangeName, startOfDay } from "./library-query.js";

const DAY_MS = 86400000;
const WORTH_CUTTING = 150;
const LEAD = 40;
const SMALL = 6;

export function monthStretch({ month, count }) {
  const [year, number] = month.split("-").map(Number);
  return { month, count, title: monthName(month), start: Date.UTC(year, number - 1, 1), end: Date.UTC(year, number, 1), isMonth: true };
}

export function dayStretch(moment) {
  const day = dayOf(moment);
  const start = startOfDay(day);
  return { month: new Date(moment).toISOString().slice(0, 7), title: dayName(day), start, end: start + DAY_MS };
}

// Gives the sections that take the place of this one: its whole days, then what is left of it, with the last day not yet whole.
export function unfold(one) {
  if (!one.isMonth || one.items.length === 0) return [one];
  const groups = byDay(one.items);
  const isWhole = one.items.length >= one.count;
  const rest = isWhole ? [] : groups.pop();
  const made = groups.map((items) => section({ ...within(stretchOf(items), one), month: one.month, count: items.length, items }));
  if (made[0]) made[0].pins = one.pins.splice(0);
  if (isWhole) return made;
  shorten(one, rest, made.length > 0);
  return [...made, one];
}

// One list per day; days with little in them share one, so that a quiet month is not a column of single pictures.
function byDay(items) {
  const groups = [];
  let last = "";
  for (const item of items) {
    const day = dayOf(item.at);
    if (day === last) groups.at(-1).push(item);
    else groups.push([item]);
    last = day;
  }
  return groups.reduce((joined, group) => {
    const before = joined.at(-1);
    if (before && isSmall(before) && isSmall(group)) before.push(...group);
    else joined.push(group);
    return joined;
  }, []);
}

const isSmall = (items) => items.length < SMALL && items[0].at < startOfDay(dayOf(Date.now())) - DAY_MS && items.at(-1).at < startOfDay(dayOf(Date.now())) - DAY_MS;

function stretchOf(items) {
  const [first, last] = [dayStretch(items[0].at), dayStretch(items.at(-1).at)];
  if (first.start === last.start) return first;
  const [early, late] = first.start < last.start ? [first, last] : [last, first];
  return { ...early, end: late.end, title: rangeName(dayOf(early.start), dayOf(late.start)) };
}

// A day at the edge of a month keeps to its side of it.
const within = (stretch, one) => ({ ...stretch, start: Math.max(stretch.start, one.start), end: Math.min(stretch.end, one.end) });

function shorten(one, rest, hasLeft) {
  const newestFirst = one.items[0].at > rest[0].at;
  one.count -= one.items.length - rest.length;
  one.items = rest;
  one.dirty = true;
  one.kept = null;
  const day = stretchOf(rest);
  one.title = day.title;
  one.isOpenDay = true;
  if (!hasLeft) return;
  if (newestFirst) one.end = Math.min(one.end, day.end);
  else one.start = Math.max(one.start, day.start);
}

// Where to cut a month so that what stands at `y` is near the beginning of the second part: a moment between two days, or null.
export function cutMoment(one, y, newestFirst) {
  const missing = one.count - one.items.length;
  const top = one.top + one.filled;
  const share = Math.min(1, Math.max(0, (y - top) / Math.max(1, one.height - one.filled)));
  const skip = Math.min(share * missing, missing - LEAD) - LEAD;
  if (!one.isMonth || skip < WORTH_CUTTING) return null;
  const newest = Math.min(one.end, Date.now());
  const from = one.items.at(-1)?.at ?? (newestFirst ? newest : one.start);
  const to = newestFirst ? one.start : newest;
  const guess = from + (to - from) * (skip / missing);
  const cut = startOfDay(dayOf(guess)) + (newestFirst ? DAY_MS : 0);
  const [low, high] = newestFirst ? [one.start, from] : [from, newest];
  return cut > low && cut < high && dayOf(cut - 1) !== dayOf(from) ? cut : null;
}

// The second part, with `count` items; the first keeps the rest of them.
export function cut(one, moment, count, newestFirst) {
  const span = newestFirst ? { start: one.start, end: moment } : { start: moment, end: one.end };
  const second = section({ ...span, month: one.month, count, title: monthName(one.month), isMonth: true });
  if (newestFirst) one.start = moment;
  else one.end = moment;
  one.count = Math.max(one.items.length, one.count - count);
  one.dirty = true;
  one.kept = null;
  return second;
}
