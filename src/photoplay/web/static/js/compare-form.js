// The form of Compare: the price of all picked models while one types, what each cannot do, and one press for all of them.

import { api, ApiError } from "./api.js";

const FEWEST = 2;
const PAUSE_MS = 350;

export function attach(form) {
  new CompareForm(form);
}

class CompareForm {
  constructor(form) {
    this.form = form;
    this.most = Number(form.dataset.most);
    this.rows = [...form.querySelectorAll("[data-model]")];
    this.button = form.querySelector(".price-button");
    this.price = form.querySelector("[data-price]");
    this.sum = form.querySelector("[data-sum]");
    for (const row of this.rows) row.costFirst = row.querySelector("[data-cost]").textContent;
    for (const row of this.rows) row.whyFirst = row.querySelector("[data-why]").textContent;
    form.addEventListener("input", (event) => event.target.matches("[data-find]") ? this.find(event.target.value) : this.changed());
    form.addEventListener("submit", (event) => (event.preventDefault(), this.send()));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) form.requestSubmit();
      else if (event.key === "Enter" && event.target.matches("[data-find]")) event.preventDefault();
    });
    this.changed();
  }

  get picked() {
    return this.rows.filter((row) => row.querySelector("input").checked);
  }

  get prompt() {
    return this.form.elements.prompt?.value.trim() ?? "";
  }

  find(words) {
    const wanted = words.trim().toLowerCase().split(/\s+/);
    for (const row of this.rows) row.hidden = !wanted.every((word) => row.dataset.words.includes(word)) && !row.querySelector("input").checked;
    for (const group of this.form.querySelectorAll("[data-group]")) group.hidden = !group.querySelector("[data-model]:not([hidden])");
    this.form.querySelector("[data-none]").hidden = this.rows.some((row) => !row.hidden);
  }

  changed() {
    const { picked } = this;
    this.form.querySelector("[data-chosen]").textContent = `${picked.length} of ${this.most} picked`;
    for (const row of this.rows) row.classList.toggle("is-full", picked.length >= this.most && !picked.includes(row));
    clearTimeout(this.waiting);
    this.asking?.abort();
    if (this.form.elements.prompt?.required && !this.prompt) return this.block("Write what all of them are to make.");
    if (picked.length < FEWEST) return this.block(`Pick ${FEWEST} to ${this.most} models.`);
    if (picked.length > this.most) return this.block(`At most ${this.most} fit side by side: leave ${picked.length - this.most} out.`, true);
    this.waiting = setTimeout(() => this.quote(), PAUSE_MS);
    if (!this.ready) this.block("Asking for the price...");
  }

  itemsOf(rows) {
    const { elements, dataset } = this.form;
    const params = this.prompt ? { prompt: this.prompt } : {};
    if (elements.aspect?.value) params.aspect = elements.aspect.value;
    if (elements.duration_seconds?.value) params.duration_seconds = Number(elements.duration_seconds.value);
    return rows.map((row) => ({ operation: dataset.operation, model: row.dataset.model, params, inputs: this.inputs }));
  }

  // What is asked for; with the campaign that is charged, where one is chosen.
  batchOf(rows) {
    const campaign = this.form.elements.campaign?.value;
    return { items: this.itemsOf(rows), ...(campaign ? { campaign_id: campaign } : {}) };
  }

  get inputs() {
    const inputs = {};
    for (const { value } of this.form.querySelectorAll("[name=inputs]")) {
      const [role, ...rest] = value.split(":");
      const reference = rest.join(":");
      (inputs[role] ??= []).push(/^https?:/.test(reference) ? { address: reference } : { asset: reference });
    }
    return Object.fromEntries(Object.entries(inputs).map(([role, refs]) => [role, refs.length === 1 ? refs[0] : refs]));
  }

  // A model that cannot do it says so in its row and is left out; the others are priced without it.
  async quote() {
    const cannot = new Map();
    this.asking = new AbortController();
    const { signal } = this.asking;
    for (let rows = this.picked; ; rows = rows.filter((row) => !cannot.has(row))) {
      try {
        const quoted = rows.length < FEWEST ? null : await api("/api/v1/quotes", { method: "POST", json: this.batchOf(rows), signal });
        return this.show(rows, quoted, cannot);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) return;
        const at = itemIn(error);
        if (at === null || !rows[at]) return this.block(wordsOf(error), true);
        cannot.set(rows[at], wordsOf(error));
      }
    }
  }

  show(rows, quoted, cannot) {
    for (const row of this.rows) this.tell(row, row.costFirst, row.whyFirst, false);
    for (const [row, why] of cannot) this.tell(row, "Cannot", why, true);
    if (!quoted) return this.block("Fewer than two of the picked models can do this.", true);
    quoted.items.forEach((item, at) => this.tell(rows[at], costOf(item), noticesOf(item) || rows[at].whyFirst, false));
    const total = totalOf(quoted);
    this.price.hidden = false;
    this.price.textContent = total;
    this.form.querySelector("[data-word]").textContent = `Make ${rows.length} and compare`;
    this.button.setAttribute("aria-label", `Make ${rows.length} and compare, ${total === "Free" ? "free" : total}`);
    this.button.removeAttribute("aria-disabled");
    this.ready = { ...this.batchOf(rows), quote: quoted.token };
    this.say(total === "Free" ? "All of them run for nothing." : `All ${rows.length}: ${total}. Held now; each is billed when it arrives.`, false);
  }

  tell(row, cost, why, isWrong) {
    row.classList.toggle("is-wrong", isWrong);
    row.querySelector("[data-cost]").textContent = cost;
    row.querySelector("[data-why]").textContent = why;
  }

  block(why, isWrong = false) {
    this.ready = null;
    this.price.hidden = true;
    this.button.setAttribute("aria-disabled", "true");
    this.say(why, isWrong);
  }

  say(words, isWrong) {
    this.sum.classList.toggle("is-wrong", isWrong);
    if (this.sum.textContent !== words) this.sum.textContent = words;
  }

  // One press is one batch, however often it is sent.
  async send() {
    if (!this.ready || this.sending) return this.form.elements.prompt?.focus();
    this.sending = true;
    this.button.setAttribute("aria-busy", "true");
    try {
      const headers = { "Idempotency-Key": this.form.elements.press.value };
      const batch = await api("/api/v1/batches", { method: "POST", json: { ...this.ready, second_thought: true }, headers });
      location.assign(`/compare?batch=${batch.batch_id}`);
    } catch (error) {
      this.sending = false;
      this.button.removeAttribute("aria-busy");
      this.say(wordsOf(error), true);
      if (error.code === "price_changed" || error.code === "quote_expired") this.quote();
    }
  }
}

function itemIn(error) {
  const field = Object.keys(error.fields ?? {}).find((name) => name.startsWith("items."));
  const told = field?.split(".")[1] ?? error.message.match(/^Item (\d+):/)?.[1];
  return told === undefined ? null : Number(told);
}

const wordsOf = (error) => [error.message.replace(/^Item \d+: /, ""), ...Object.values(error.fields ?? {})].join(" ");

const noticesOf = (item) => (item.notices ?? []).filter((one) => one.code !== "presets_applied").map((one) => one.message).join(" ");

const dollars = (amount) => `$${amount < 0.01 ? amount.toFixed(4) : amount.toFixed(2)}`;

function costOf({ price_credits: credits, cost_usd: cost, low_usd: low, high_usd: high }) {
  if (credits !== null) return credits ? `${credits} credits` : "Free";
  return Number(cost) ? `${low === high ? "" : "about "}${dollars(Number(cost))}` : "Free";
}

function totalOf({ credits_required: credits, total_cost_usd: cost, low_usd: low, high_usd: high }) {
  if (credits !== null) return credits ? `${credits} credits` : "Free";
  return Number(cost) ? `${low === high ? "" : "about "}${dollars(Number(cost))}` : "Free";
}
