// A quote in words: the price on the button, the line above it, what could not be honoured, and why the price is what it is.

import { inWords } from "./frame.js";

// Said elsewhere: what presets made of the words stands below the prompt.
const TOLD_ELSEWHERE = ["presets_applied"];

// Shows all of it and returns the line above the button.
export function showQuote(form, quoted) {
  const price = priceOf(quoted);
  put(form.querySelector("[data-price]"), price);
  const button = form.querySelector(".price-button");
  const name = `${button.firstElementChild.textContent.trim()}, ${price === "Free" ? "free" : price}`;
  if (button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
  showNotices(form, [...choiceOf(form, quoted), ...(quoted.notices ?? []).filter((notice) => !TOLD_ELSEWHERE.includes(notice.code))]);
  showReasons(form, quoted);
  showChoice(form, quoted);
  return sumOf(form, quoted);
}

export function priceOf(quoted) {
  if (quoted.credits_required) return `${quoted.credits_required} ${quoted.credits_required === 1 ? "credit" : "credits"}`;
  const [low, high] = [Number(quoted.low_usd), Number(quoted.high_usd)];
  if (!high) return "Free";
  return dollars(low) === dollars(high) ? dollars(high) : `${dollars(low)} to ${dollars(high)}`;
}

// What the canvas shows is what comes, so that is said only while it shows something.
function sumOf(form, quoted) {
  const time = `About ${inWords(quoted.estimated_seconds)}.`;
  if (Number(quoted.high_usd)) {
    const held = quoted.credits_required ? "" : dollars(Number(quoted.high_usd));
    const unsure = held && dollars(Number(quoted.low_usd)) !== held;
    return unsure ? `Likely ${dollars(Number(quoted.total_cost_usd))}; ${held} is held until it arrives. ${time}` : `Held now, billed when it arrives. ${time}`;
  }
  if (quoted.provider !== "local") return `Costs nothing. ${time}`;
  const seen = document.querySelector(".canvas:is([data-state=live], [data-state=still])");
  return `Runs on this machine. ${seen ? "Exactly the frame you see." : time}`;
}

function showNotices(form, notices) {
  const list = form.querySelector("[data-notices]");
  const words = notices.map((notice) => notice.message).join("\n");
  if (list.dataset.words === words && list.childElementCount === notices.length) return;
  list.dataset.words = words;
  list.replaceChildren(...notices.map(noticeLine));
}

function noticeLine({ code, message }) {
  const line = document.createElement("li");
  const warns = code === "vendor_not_usable" || code === "model_ending" || code.includes("warning");
  line.className = `notice ${warns ? "is-warning" : ""}`;
  line.dataset.code = code;
  line.innerHTML = `<svg class="icon" aria-hidden="true"><use/></svg><span></span>`;
  line.querySelector("use").setAttribute("href", iconAt(warns ? "triangle-alert" : "info"));
  line.querySelector("span").textContent = message;
  return line;
}

export const iconAt = (name) => document.querySelector("use").getAttribute("href").replace(/#.*/, `#${name}`);

function showReasons(form, quoted) {
  const reasons = [...(quoted.reasons ?? []), ...others(quoted)];
  form.querySelector("[data-why]").hidden = !reasons.length;
  form.querySelector("[data-reasons]").replaceChildren(
    ...reasons.map((words) => Object.assign(document.createElement("li"), { textContent: words[0].toUpperCase() + short(words).slice(1) })),
  );
}

// The runners-up of a choice among models, and who was left out and why.
function others({ candidates = [], left_out: leftOut = [] }) {
  if (candidates.length + leftOut.length < 2) return [];
  const next = candidates.slice(1, 4).map((one) => `${one.name}: ${one.reason}`);
  const out = leftOut.slice(0, 4).map((one) => `${one.name} not: ${one.reason}`);
  const more = leftOut.length - out.length;
  return [...next, ...out, ...(more > 0 ? [`${more} more cannot do it now.`] : [])];
}

// Where the studio chooses, why this model.
function choiceOf(form, quoted) {
  const chooses = form.querySelector("[data-auto-reason]") && quoted.reasons?.[0];
  return chooses ? [{ code: "chosen", message: `${quoted.model_name}: ${lower(short(quoted.reasons[0]))}` }] : [];
}

const lower = (words) => words[0].toLowerCase() + words.slice(1);

// Six places are for receipts: "$0.010048" is read as "$0.01".
const short = (words) => words.replace(/\$(\d+\.\d{3,})/g, (_all, amount) => dollars(Number(amount)));

function showChoice(form, quoted) {
  const reason = form.querySelector("[data-auto-reason]");
  if (!reason) return;
  put(reason, quoted.model_name);
  put(form.querySelector("[data-auto-time]"), `about ${inWords(quoted.estimated_seconds)}`);
}

function put(place, words) {
  if (place && place.textContent !== words) place.textContent = words;
}

export const dollars = (amount) => `$${amount && amount < 0.01 ? amount.toFixed(4).replace(/0+$/, "") : amount.toFixed(2)}`;
