// The form of Create: counts, asks for the price while one types, and sends without leaving the page. One key per press.

import { api, ApiError } from "./api.js";
import { go, settle } from "./create-address.js";
import { keepDraft, lastAddress } from "./create-draft.js";
import { requestOf } from "./form-values.js";
import { place } from "./frames.js";
import { forgetLater, withLater } from "./later.js";
import { batchOf, isAboveLimit } from "./matrix.js";
import { isEcho } from "./press.js";
import { showQuote } from "./quote-words.js";

const PAUSE_MS = 350;
const SLOW_MS = 2000;
const STILL = "The studio does not answer yet. It is asked again by itself, as one order; your words are kept here.";
const LEFT_BEHIND = ["prompt", "from", "preset"];
let hasComeBack = false;

export function attach(form) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const view = { form, prompt: form.elements.prompt, button: form.querySelector(".price-button"), price: part("price"), sum: part("sum"), notices: part("notices") };
  const isBack = !hasComeBack && wasElsewhere(form);
  hasComeBack = true;
  if (isBack) return go(new URLSearchParams(lastAddress()), { history: false }).then(() => settle());
  keepDraft(form);
  if (LEFT_BEHIND.some((name) => new URLSearchParams(location.search).has(name))) settle();
  form.addEventListener("input", () => changed(view));
  form.addEventListener("change", () => changed(view));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(view, withLater(form, requestOf(form)), { batch: withLater(form, batchOf(form)) });
  });
  form.addEventListener("photoplay:canvas", () => view.quoted && tell(view, view.quoted));
  form.addEventListener("photoplay:keep", (event) => send(view, { ...requestOf(form), ...event.detail }, { isFree: true }));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) form.requestSubmit();
  });
  changed(view);
}

// Coming back from another page one finds the form as one left it.
function wasElsewhere(form) {
  const last = lastAddress();
  return location.search === "" && last !== "" && last !== form.dataset.address;
}

// Why nothing can be asked for yet, in a sentence; empty where it can.
function missing(view) {
  if (view.form.querySelector("[data-needed]")) return view.form.querySelector("[data-needed]").dataset.needed;
  const empty = [...view.form.querySelectorAll(".settings input[required]")].find((field) => !field.value.trim());
  if (empty) return `${empty.getAttribute("aria-label")} is still empty. Fill it in below.`;
  const silent = view.prompt && view.prompt.required && !view.prompt.value.trim();
  return silent ? `${view.prompt.placeholder} Write it above${view.form.querySelector(".suggestions") ? ", or take a suggestion" : ""}.` : "";
}

function changed(view) {
  const count = view.form.querySelector("[data-count]");
  if (count) count.textContent = view.prompt.value.length;
  clearTimeout(view.waiting);
  view.asking?.abort();
  const why = missing(view);
  if (why) return block(view, why, false);
  view.waiting = setTimeout(() => quote(view), PAUSE_MS);
  if (view.blocked === "empty") view.blocked = null;
}

async function quote(view) {
  view.asking = new AbortController();
  const { signal } = view.asking;
  try {
    tell(view, await api("/api/v1/quotes", { method: "POST", json: batchOf(view.form) ?? { ...requestOf(view.form), count: 1 }, signal }));
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) block(view, reasonOf(error), true);
    else if (error instanceof ApiError) say(view, "The price could not be asked for. It is asked again with the next change.", false);
  }
}

// The price in its place; nothing changes that says the same, so nothing flickers while one types.
function tell(view, quoted) {
  if (!view.form.isConnected) return;
  view.blocked = null;
  view.quoted = quoted;
  view.button.removeAttribute("aria-disabled");
  say(view, showQuote(view.form, quoted), false);
  view.form.dispatchEvent(new CustomEvent("photoplay:quoted", { detail: quoted }));
}

const reasonOf = (error) => [error.message, ...Object.values(error.fields)].join(" ");

function block(view, why, wrong) {
  view.blocked = wrong ? "wrong" : "empty";
  view.button.setAttribute("aria-disabled", "true");
  view.notices.replaceChildren();
  view.form.querySelector("[data-why]").hidden = true;
  say(view, why, wrong);
}

function say(view, words, wrong) {
  view.sum.classList.toggle("is-wrong", wrong);
  if (view.sum.textContent !== words) view.sum.textContent = words;
}

async function send(view, request, { isFree = false, batch = null } = {}) {
  if (view.blocked && !isFree) return (view.form.querySelector("[data-needed]") ?? view.prompt ?? view.button).focus();
  if (batch && isAboveLimit()) return say(view, "That is above your limit. Nothing was ordered.", true);
  if (isEcho(batch ?? request)) return;
  const order = orderOf(view, batch ?? request);
  const frame = place(request.params.prompt ?? view.form.querySelector(".way-word")?.textContent ?? "");
  const slow = setTimeout(() => (frame.still(), say(view, STILL, false)), SLOW_MS);
  try {
    const made = await deliver(order.request, order.key);
    const first = made.items?.[0] ?? made;
    view.unanswered = null;
    forgetLater(view.form);
    if (view.sum.textContent === STILL) changed(view);
    await frame.become(first.id);
  } catch (error) {
    frame.vanish();
    view.unanswered = isUnanswered(error) ? order : null;
    say(view, sentence(error), true);
  } finally {
    clearTimeout(slow);
  }
}

// What was never answered may have been taken: the same request pressed again goes out as the same order.
function orderOf(view, request) {
  const words = JSON.stringify(request);
  return view.unanswered?.words === words ? view.unanswered : { words, request, key: crypto.randomUUID() };
}

const isUnanswered = (error) => error instanceof ApiError && (error.status === 0 || error.status >= 502);

function sentence(error) {
  if (isUnanswered(error)) return "The studio did not answer. Your words are kept here; press again and it stays one order.";
  return error instanceof ApiError ? reasonOf(error) : "That did not work. Nothing was charged.";
}

const isOnline = () => new Promise((done) => addEventListener("online", done, { once: true }));

// A lost answer is asked for again with the same key, so that one press is one order whatever the connection does.
async function deliver(request, key, tries = 4) {
  for (let turn = 1; ; turn++) {
    try {
      const path = request.items ? "/api/v1/batches" : "/api/v1/generations";
      return await api(path, { method: "POST", json: { ...request, second_thought: true }, headers: { "Idempotency-Key": key } });
    } catch (error) {
      if (!isUnanswered(error) || turn === tries) throw error;
      await Promise.race([new Promise((done) => setTimeout(done, 700 * 2 ** turn)), isOnline()]);
    }
  }
}
