// The menu "Try it on...": asks what other models make of this asset when it is opened for the first time. What is ticked
// is priced together; one press makes all of it and lays it beside the asset.

import { api, partial } from "./api.js";
import { priceOf } from "./quote-words.js";

const PAUSE_MS = 200;

export function attach(popover) {
  const { asset } = popover.dataset;
  const fill = async () => {
    try {
      popover.replaceChildren(await partial(`/library/${asset}/try`));
      const form = popover.querySelector("[data-again]");
      if (form) new Again(form, popover.firstElementChild.dataset.generation, asset);
      for (const way of popover.querySelectorAll("details")) way.addEventListener("toggle", () => way.open && way.scrollIntoView({ block: "nearest" }));
      popover.querySelector("input, a, summary")?.focus({ preventScroll: true });
    } catch (error) {
      popover.querySelector("p").textContent = error.message;
      popover.addEventListener("toggle", open, { once: true });
    }
  };
  const open = (event) => (event.newState === "open" ? fill() : popover.addEventListener("toggle", open, { once: true }));
  popover.addEventListener("toggle", open, { once: true });
  if (location.hash === "#try-on") popover.showPopover();
}

class Again {
  constructor(form, generation, asset) {
    Object.assign(this, { form, generation, asset, asked: JSON.parse(form.dataset.asked), most: Number(form.dataset.most) });
    this.press = crypto.randomUUID();
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", (event) => (event.preventDefault(), this.send()));
  }

  get items() {
    const picked = [...this.form.querySelectorAll("[name=models]:checked")];
    return picked.map(({ value }) => ({ ...this.asked, model: value }));
  }

  changed() {
    clearTimeout(this.waiting);
    this.ready = null;
    const { length } = this.items;
    this.form.querySelector("[data-order]").hidden = !length;
    for (const box of this.form.querySelectorAll("[name=models]")) box.disabled = length >= this.most && !box.checked;
    if (!length) return;
    this.say("Asking for the price...");
    this.waiting = setTimeout(() => this.quote(), PAUSE_MS);
  }

  async quote() {
    const { items } = this;
    const turn = (this.turn = (this.turn ?? 0) + 1);
    try {
      const quoted = await api("/api/v1/quotes", { method: "POST", json: { items } });
      if (turn !== this.turn || !this.items.length) return;
      this.ready = { items, quote: quoted.token };
      const total = priceOf(quoted);
      this.say(total === "Free" ? `${items.length} beside this one, free.` : `${items.length} beside this one: ${total} in all, held now.`);
      this.form.querySelector("[data-word]").textContent = `Make ${items.length} and compare, ${total === "Free" ? "free" : total}`;
    } catch (error) {
      if (turn === this.turn) this.say(wordsOf(error));
    }
  }

  // One press is one batch, however often it is sent.
  async send() {
    if (!this.ready || this.sending) return;
    this.sending = true;
    try {
      const headers = { "Idempotency-Key": this.press };
      const batch = await api("/api/v1/batches", { method: "POST", json: { ...this.ready, second_thought: true }, headers });
      const made = batch.items.map((one) => one.id).join(",");
      location.assign(this.generation ? `/compare?generations=${this.generation},${made}` : `/compare?generations=${made}&assets=${this.asset}`);
    } catch (error) {
      this.sending = false;
      this.press = crypto.randomUUID();
      this.say(wordsOf(error));
      if (error.code === "price_changed" || error.code === "quote_expired") this.quote();
    }
  }

  say(words) {
    this.form.querySelector("[data-sum]").textContent = words;
  }
}

const wordsOf = (error) => [error.message, ...Object.values(error.fields ?? {})].join(" ");
