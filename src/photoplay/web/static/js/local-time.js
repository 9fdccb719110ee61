// The server writes times in UTC; here they are said in the time of the one who reads.

const CLOCK = { hour: "2-digit", minute: "2-digit", hour12: false };
const DAY_MS = 86400000;

export function attach(time) {
  const at = new Date(time.dateTime);
  const clock = at.toLocaleTimeString("en-GB", time.dataset.only ? { ...CLOCK, second: "2-digit" } : CLOCK);
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = Math.ceil((midnight - at) / DAY_MS);
  time.title = at.toLocaleString("en-GB");
  if (!time.dataset.only && days < 0) time.textContent = toCome(at, days, clock);
  else if (time.dataset.only || days === 0) time.textContent = time.dataset.only ? clock : `Today ${clock}`;
  else if (days === 1) time.textContent = `Yesterday ${clock}`;
  else time.textContent = at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

function toCome(at, days, clock) {
  if (days === -1) return `Tomorrow ${clock}`;
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short" })} ${clock}`;
}
