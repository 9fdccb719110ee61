// The server writes times in UTC; here they are said in the time of the one who reads.

const CLOCK = { hour: "2-digit", minute: "2-digit", hour12: false };
const DAY_MS = 86400000;

export function attach(time) {
  const at = new Date(time.dateTime);
  const clock = at.toLocaleTimeString("en-GB", time.dataset.only ? { ...CLOCK, second: "2-digit" } : CLOCK);
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = Math.ceil((midnight - at) / DAY_MS);
  const words = time.dataset.only ? clock : said(at, days, clock);
  time.title = at.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "long" });
  time.textContent = "inSentence" in time.dataset ? words[0].toLowerCase() + words.slice(1) : words;
}

function said(at, days, clock) {
  if (days < 0) return toCome(at, days, clock);
  if (days < 2) return `${days ? "Yesterday" : "Today"} ${clock}`;
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

function toCome(at, days, clock) {
  if (days === -1) return `Tomorrow ${clock}`;
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short" })} ${clock}`;
}
