// A tile of work under way, or of work that failed: what it does, how far it is, how long it still takes, and a way out.

const WORDS = {
  queued: { icon: "hourglass", word: "Queued" },
  running: { icon: "loader", word: "Working" },
  uncertain: { icon: "circle-question-mark", word: "Looking again" },
  failed: { icon: "triangle-alert", word: "Failed" },
  cancelled: { icon: "circle-slash", word: "Cancelled" },
  succeeded: { icon: "check", word: "Ready" },
};

export function fillWork(tile, item) {
  const { generation } = item;
  const { status, progress } = generation;
  tile.dataset.status = status;
  tile.querySelector(".tile-words").textContent = wordsOf(generation);
  tile.querySelector(".tile-prompt").textContent = item.title;
  tile.querySelector(".tile-reason").textContent = status === "failed" ? reasonOf(generation) : doubtOf(generation);
  setIcon(tile.querySelector(".tile-state use"), WORDS[status].icon);
  const bar = tile.querySelector("progress");
  bar.hidden = status !== "running";
  bar.value = progress ?? 0;
  bar.setAttribute("aria-label", `${item.title}, progress`);
  const cancel = tile.querySelector(".tile-cancel");
  cancel.hidden = !generation.can_cancel || isOver(status);
  cancel.disabled = generation.cancel_asked;
  cancel.setAttribute("aria-label", `Cancel ${item.title}`);
  fillPreview(tile, generation.preview);
  const again = tile.querySelector(".tile-again");
  again.hidden = status !== "failed";
  again.href = `/create?prompt=${encodeURIComponent(item.prompt)}&kind=${item.of}`;
}

export const isOver = (status) => status === "failed" || status === "cancelled" || status === "succeeded";

function setIcon(use, name) {
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
}

// A picture so far, or of a film its light loop.
function fillPreview(tile, preview) {
  const isFilm = Boolean(preview?.mime?.startsWith("video/"));
  showIn(tile.querySelector(".tile-film"), isFilm ? preview.url : "");
  showIn(tile.querySelector(".tile-image"), isFilm ? "" : (preview?.url ?? ""));
}

function showIn(element, source) {
  element.hidden = !source;
  if ((element.getAttribute("src") ?? "") === source) return;
  if (!source) return element.removeAttribute("src");
  element.setAttribute("src", source);
  if (element.matches("video") && !matchMedia("(prefers-reduced-motion: reduce)").matches) element.play().catch(() => {});
}

export function wordsOf(generation) {
  const { status, word, progress } = generation;
  if (generation.cancel_asked && !isOver(status)) return "Cancelling";
  if (status === "queued") return waitingWords(generation);
  if (status === "uncertain" && generation.looks_again_at) return `Looking again in ${inWords(secondsUntil(generation.looks_again_at))}`;
  if (status !== "running") return WORDS[status].word;
  const done = progress === null || progress === undefined ? "" : ` ${Math.round(progress)} %`;
  return `${word || WORDS.running.word}${done}${leftWords(generation)}`;
}

function leftWords({ seconds_left: left, seconds_left_is_estimate: isEstimate }) {
  if (left === null || left === undefined) return "";
  return `, ${isEstimate ? "about " : ""}${inWords(left)} left`;
}

const secondsUntil = (moment) => (new Date(moment) - Date.now()) / 1000;

function inWords(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

// Why nobody knows yet, and until when: in the time of the one who reads.
function doubtOf({ status, decided_by: by }) {
  if (status !== "uncertain") return "";
  const at = by ? ` Decided by ${new Date(by).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })}.` : "";
  return `We cannot tell whether the vendor took this. You are not charged.${at}`;
}

function waitingWords({ starts_in_seconds: seconds, queue_position: position, waits_for: cause, run_at: runAt }) {
  if (cause === "time") {
    const at = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false };
    return `Begins ${new Date(runAt).toLocaleString("en-GB", at)}`;
  }
  if (seconds !== null && seconds !== undefined) return `Starts in about ${Math.max(1, Math.round(seconds))} s`;
  return position ? `Queued, place ${position}` : WORDS.queued.word;
}

// Why it failed, and what that cost where the reason does not say it already.
export function reasonOf({ error, cost_usd: cost }) {
  const why = error?.message ?? "It did not work.";
  if (/\bcost\b|\bcharged\b/i.test(why)) return why;
  return Number(cost ?? 0) > 0 ? `${why} Charged $${Number(cost).toFixed(2)}.` : `${why} Nothing was charged.`;
}
