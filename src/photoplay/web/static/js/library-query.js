// The filters of the library: read from the address, written to it, and said to the API.

const EMPTY = { q: "", kind: "", model: "", campaign: "", state: "", when: "", order: "newest" };
const DAY_MS = 86400000;

// Days are cut where the person is, by today's distance from UTC; the server is told the same distance.
export const offsetMinutes = -new Date().getTimezoneOffset();

export function readFilters(search) {
  const given = new URLSearchParams(search);
  return Object.fromEntries(Object.entries(EMPTY).map(([name, usual]) => [name, given.get(name)?.trim() || usual]));
}

export function searchOf(filters) {
  const query = new URLSearchParams();
  for (const [name, usual] of Object.entries(EMPTY)) if (filters[name] && filters[name] !== usual) query.set(name, filters[name]);
  const words = query.toString();
  return words ? `?${words}` : "";
}

export const isNarrowed = (filters) => ["q", "kind", "model", "campaign", "state", "when"].some((name) => filters[name]);

export function apiQuery(filters) {
  const query = new URLSearchParams({ order: filters.order });
  for (const name of ["q", "kind", "model"]) if (filters[name]) query.set(name, filters[name]);
  if (filters.campaign) query.set(isClient(filters.campaign) ? "client" : "campaign", filters.campaign);
  if (filters.state === "trashed") query.set("state", "trashed");
  const [from, to] = spanOf(filters.when);
  if (from) query.set("from", instant(from));
  if (to) query.set("to", instant(to));
  return query;
}

const isClient = (id) => id.startsWith("cli_");

// Whether something of this campaign is shown; of a client, the list of the filter knows all campaigns.
export function isOfWork(filters, campaign) {
  if (!filters.campaign || filters.campaign === campaign) return true;
  const its = [...document.querySelectorAll(`[data-client="${CSS.escape(filters.campaign)}"]`)];
  return its.some((row) => row.dataset.value === campaign);
}

// `when` is today, week, 2026-11 or 2026-11-03..2026-11-09; gives [first moment, moment after the last] in milliseconds or null.
export function spanOf(when) {
  const today = startOfDay(dayOf(Date.now()));
  if (when === "today") return [today, null];
  if (when === "week") return [today - 6 * DAY_MS, null];
  if (/^\d{4}-\d\d$/.test(when)) return monthSpan(when);
  const [from, to] = when.split("..");
  const start = from ? startOfDay(from) : NaN;
  const end = to ? startOfDay(to) + DAY_MS : NaN;
  return [Number.isNaN(start) ? null : start, Number.isNaN(end) ? null : end];
}

export function monthSpan(month) {
  const [year, number] = month.split("-").map(Number);
  const shift = offsetMinutes * 60000;
  return [Date.UTC(year, number - 1, 1) - shift, Date.UTC(year, number, 1) - shift];
}

export const startOfDay = (day) => Date.parse(`${day}T00:00:00Z`) - offsetMinutes * 60000;

export const dayOf = (moment) => new Date(moment + offsetMinutes * 60000).toISOString().slice(0, 10);

export const instant = (moment) => new Date(moment).toISOString();

const MONTH = new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" });
const MONTH_YEAR = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
const DAY_YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

export function dayName(day) {
  const today = dayOf(Date.now());
  if (day === today) return "Today";
  if (day === dayOf(startOfDay(today) - DAY_MS / 2)) return "Yesterday";
  const date = new Date(`${day}T00:00:00Z`);
  return day.slice(0, 4) === today.slice(0, 4) ? DAY.format(date) : DAY_YEAR.format(date);
}

// Days of this year without it: "16 to 18 November", "30 October to 2 November".
export function rangeName(from, to) {
  const [first, last] = [from, to].map((day) => new Date(`${day}T00:00:00Z`));
  const isThisYear = to.slice(0, 4) === dayOf(Date.now()).slice(0, 4);
  const start = from.slice(0, 7) === to.slice(0, 7) ? first.getUTCDate() : `${first.getUTCDate()} ${MONTH.format(first)}`;
  return `${start} to ${last.getUTCDate()} ${(isThisYear ? MONTH : MONTH_YEAR).format(last)}`;
}

export function monthName(month, withYear = month.slice(0, 4) !== dayOf(Date.now()).slice(0, 4)) {
  return (withYear ? MONTH_YEAR : MONTH).format(new Date(`${month}-01T00:00:00Z`));
}

export function whenName(when) {
  if (when === "today") return "Today";
  if (when === "week") return "Last 7 days";
  if (/^\d{4}-\d\d$/.test(when)) return monthName(when, true);
  const [from, to] = when.split("..").map((day) => day && DAY_YEAR.format(new Date(`${day}T00:00:00Z`)));
  if (from && to) return from === to ? from : `${from} to ${to}`;
  return from ? `Since ${from}` : `Until ${to}`;
}
