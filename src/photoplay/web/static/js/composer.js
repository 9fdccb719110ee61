// The form of Create: counts, asks for the price while one types, and sends without leaving the page. One key per press.

import { api, ApiError } from "./api.js";
import { requestOf } from "./form-values.js";
import { place } from "./frames.js";
import { isEcho } from "./press.js";

const prompts = new Map();

export function attach(form) {
  const view = {
    form,
    prompt: form.elements.prompt,
    button: form.querySelector(".price-button"),
    price: form.querySelector("[data-price]"),
    sum: form.querySelector("[data-sum]"),
    notices: form.querySelector("[data-notices]"),
    firstSum: form.querySelector("[data-sum]").dataset.first,
  };
  keepPrompt(view);
  form.addEventListener("input", () => changed(view));
  form.addEventListener("change", () => changed(view));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(view, requestOf(form));
  });
  form.addEventListener("photoplay:canvas", () => view.sum.textContent === view.firstSum && say(view, freeSum(view), false));
  form.addEventListener("photoplay:keep", (event) => send(view, { ...requestOf(form), ...event.detail }));
  view.prompt.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) form.requestSubmit();
  });
  changed(view);
}

// The prompt stays when the kind or the model changes; picture kinds share theirs.
function keepPrompt({ prompt }) {
  const shared = prompt.dataset.shared;
  if (!prompt.value && prompts.has(shared)) prompt.value = prompts.get(shared);
  prompt.addEventListener("input", () => prompts.set(shared, prompt.value));
  if (prompt.value) prompts.set(shared, prompt.value);
}

function changed(view) {
  view.form.querySelector("[data-count]").textContent = view.prompt.value.length;
  clearTimeout(view.waiting);
  view.asking?.abort();
  if (!view.prompt.value.trim() && view.prompt.required) return block(view, `${view.prompt.placeholder} Write it above, or take a suggestion.`, false);
  view.waiting = setTimeout(() => quote(view), 350);
  if (view.blocked === "empty") allow(view);
}

async function quote(view) {
  view.asking = new AbortController();
  try {
    showQuote(view, await api("/api/v1/quotes", { method: "POST", json: { ...requestOf(view.form), count: 1 }, signal: view.asking.signal }));
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) block(view, reasonOf(error), true);
  }
}

function showQuote(view, quoted) {
  const total = Number(quoted.total_cost_usd);
  const unsure = quoted.low_usd !== quoted.high_usd;
  const price = quoted.credits_required ? `${quoted.credits_required} credits` : total ? `${unsure ? "about " : ""}${dollars(total)}` : "Free";
  view.price.textContent = price;
  view.button.setAttribute("aria-label", `Generate, ${price === "Free" ? "free" : price}`);
  allow(view, total ? (quoted.reasons ?? []).join(" ") : freeSum(view));
  const icon = document.querySelector("use").getAttribute("href").replace(/#.*/, "#info");
  const notices = (quoted.notices ?? []).filter((notice) => notice.code !== "presets_applied");
  view.notices.replaceChildren(...notices.map((notice) => noticeLine(notice.message, icon)));
  view.form.dispatchEvent(new CustomEvent("photoplay:quoted", { detail: quoted }));
}

// What the canvas shows is what comes, so that is said only while it shows something.
function freeSum(view) {
  const seen = document.querySelector(".canvas:is([data-state=live], [data-state=still])");
  return seen ? `${view.firstSum} Exactly the frame you see.` : view.firstSum;
}

function noticeLine(words, icon) {
  const line = document.createElement("li");
  line.className = "notice";
  line.innerHTML = `<svg class="icon" aria-hidden="true"><use/></svg><span></span>`;
  line.querySelector("use").setAttribute("href", icon);
  line.querySelector("span").textContent = words;
  return line;
}

const dollars = (amount) => `$${amount < 0.01 ? amount.toFixed(4) : amount.toFixed(2)}`;

const reasonOf = (error) => [error.message, ...Object.values(error.fields)].join(" ");

function block(view, why, wrong) {
  view.blocked = wrong ? "wrong" : "empty";
  view.button.setAttribute("aria-disabled", "true");
  view.notices.replaceChildren();
  say(view, why, wrong);
}

function allow(view, words = view.firstSum) {
  view.blocked = null;
  view.button.removeAttribute("aria-disabled");
  say(view, words, false);
}

function say(view, words, wrong) {
  view.sum.classList.toggle("is-wrong", wrong);
  if (view.sum.textContent !== words) view.sum.textContent = words;
}

async function send(view, request) {
  if (view.blocked) return view.prompt.focus();
  if (isEcho(request)) return;
  const key = crypto.randomUUID();
  const frame = place(request.params.prompt);
  try {
    const made = await deliver(request, key);
    const first = made.items?.[0] ?? made;
    await frame.become(first.id);
  } catch (error) {
    frame.vanish();
    say(view, error instanceof ApiError ? reasonOf(error) : "That did not work. Nothing was charged.", true);
  }
}

// A lost answer is asked for again with the same key, so that one press is one order whatever the connection does.
async function deliver(request, key, tries = 4) {
  for (let turn = 1; ; turn++) {
    try {
      return await api("/api/v1/generations", { method: "POST", json: request, headers: { "Idempotency-Key": key } });
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 0 && error.status < 502) || turn === tries) throw error;
      await new Promise((done) => setTimeout(done, 700 * 2 ** turn));
    }
  }
}
