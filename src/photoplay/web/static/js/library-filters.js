// The filter bar: kinds, chips with their lists, search, order and size of the tiles. What is chosen stands in the address.

import { readFilters, searchOf, whenName } from "./library-query.js";

const TYPING_MS = 250;

export class LibraryFilters {
  #root;
  #search;
  #changed;
  #typing = null;
  now;

  // root: the element around the bar and the search; changed(filters) is called after the address was.
  constructor(root, changed) {
    this.#root = root;
    this.#search = document.querySelector("[data-search]");
    this.#changed = changed;
    this.now = readFilters(location.search);
    root.addEventListener("click", (event) => this.#clicked(event));
    root.addEventListener("submit", (event) => this.#submitted(event));
    this.#search.addEventListener("input", () => this.#typed());
    this.#search.form.addEventListener("submit", (event) => (event.preventDefault(), this.set({ q: this.#search.value.trim() })));
    this.#search.addEventListener("keydown", (event) => event.key === "Escape" && this.#search.value && this.#emptySearch(event));
    addEventListener("popstate", () => this.#read());
    this.#show();
  }

  set(change, { replace = false } = {}) {
    const next = { ...this.now, ...change };
    if (searchOf(next) === searchOf(this.now)) return;
    this.now = next;
    history[replace ? "replaceState" : "pushState"](null, "", `/library${searchOf(next)}`);
    this.#show();
    this.#changed(next);
  }

  #read() {
    const next = readFilters(location.search);
    if (searchOf(next) === searchOf(this.now)) return;
    this.now = next;
    this.#search.value = next.q;
    this.#show();
    this.#changed(next);
  }

  #typed() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.set({ q: this.#search.value.trim() }, { replace: true }), TYPING_MS);
  }

  #emptySearch(event) {
    event.stopPropagation();
    this.#search.value = "";
    this.set({ q: "" }, { replace: true });
  }

  #clicked(event) {
    const link = event.target.closest("a[data-filter]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.set({ [link.dataset.filter]: link.dataset.value });
    link.closest("[popover]")?.hidePopover();
    if (link.classList.contains("chip-clear")) link.parentElement.querySelector("button").focus();
  }

  #submitted(event) {
    const form = event.target.closest("form[data-range]");
    if (!form) return;
    event.preventDefault();
    const { from, to } = Object.fromEntries(new FormData(form));
    if (from || to) this.set({ when: `${from}..${to}` });
    form.closest("[popover]")?.hidePopover();
  }

  // Marks what is chosen and sets every link to where it would lead from here.
  #show() {
    for (const link of this.#root.querySelectorAll("a[data-filter]")) {
      const { filter, value } = link.dataset;
      link.href = `/library${searchOf({ ...this.now, [filter]: value })}`;
      if (!link.classList.contains("chip-clear")) mark(link, this.now[filter] === value);
    }
    for (const chip of this.#root.querySelectorAll("[data-chip]")) this.#showChip(chip);
    this.#root.querySelector("[data-order]").textContent = this.now.order === "oldest" ? "Oldest" : "Newest";
    const set = ["model", "campaign", "state", "when"].filter((name) => this.now[name]).length;
    const all = this.#root.querySelector("[data-all-filters]");
    all.classList.toggle("is-set", set > 0);
    all.querySelector("span").textContent = set ? `Filters: ${set}` : "Filters";
  }

  #showChip(chip) {
    const name = chip.dataset.chip;
    const value = this.now[name];
    chip.classList.toggle("is-set", Boolean(value));
    chip.querySelector(".chip-clear").hidden = !value;
    chip.querySelector("[data-word]").textContent = value ? `${chip.dataset.title}: ${this.#nameOf(name, value)}` : chip.dataset.title;
  }

  #nameOf(name, value) {
    if (name === "when") return whenName(value);
    const chosen = this.#root.querySelector(`a[data-filter="${name}"][data-value="${CSS.escape(value)}"]`);
    return chosen?.dataset.name ?? value;
  }
}

function mark(link, chosen) {
  if (chosen) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}
