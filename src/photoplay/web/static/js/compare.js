// Results side by side: shows what arrives, asks for what a panel's buttons ask for, and moves all of them at once.

import { api, ApiError, partial } from "./api.js";
import { Together } from "./compare-play.js";
import { Wipe } from "./compare-wipe.js";
import { SharedZoom } from "./compare-zoom.js";
import { showProgress } from "./frame.js";
import { onEvent, onProgress, onReset } from "./live.js";
import { toast } from "./toast.js";
import { showWaveform } from "./waveform.js";

const LOOK_MS = 8000;

export function attach(section) {
  new Compare(section);
}

class Compare {
  constructor(section) {
    this.section = section;
    section.style.setProperty("--ratio", section.dataset.ratio);
    this.zoom = new SharedZoom(section);
    this.together = new Together(section);
    this.wipe = new Wipe(section, this.zoom);
    section.addEventListener("click", (event) => this.press(event));
    document.addEventListener("keydown", (event) => this.key(event));
    onEvent((name, data) => this.heard(name, data));
    onProgress((told) => this.progressed(told));
    onReset(() => this.read());
    setInterval(() => document.hidden || !this.isWaiting || this.read(), LOOK_MS);
    new ResizeObserver(() => this.drawSounds()).observe(section);
    this.taken();
  }

  get panels() {
    return [...this.section.querySelectorAll("[data-panel]")];
  }

  get isWaiting() {
    return this.panels.some(({ dataset }) => ["queued", "running", "uncertain"].includes(dataset.status));
  }

  panelOf(generation) {
    return this.panels.find((panel) => panel.dataset.generation === generation);
  }

  heard(name, data) {
    const id = data.generation?.id;
    if (name.startsWith("generation.") && id && this.panelOf(id)) this.read();
  }

  progressed(told) {
    const panel = this.panelOf(told.id);
    if (!panel) return;
    const seen = panel.querySelector(".frame-media")?.getAttribute("src") ?? null;
    if (panel.dataset.status !== "running" || (told.preview && told.preview.url !== seen)) return this.read();
    showProgress(panel, told);
  }

  // Asks for all panels anew and puts those in place that have changed. One question at a time; one more if something came meanwhile.
  async read() {
    if (this.reading) return (this.again = true);
    this.reading = true;
    const ids = this.panels.map((panel) => panel.dataset.generation).filter(Boolean);
    if (ids.length === this.panels.length && ids.length) {
      const fresh = await partial(`/compare/panels?generations=${ids.join(",")}`).catch(() => null);
      if (fresh) this.take(fresh);
    }
    this.reading = false;
    if (this.again) {
      this.again = false;
      this.read();
    }
  }

  take(fresh) {
    for (const panel of fresh.querySelectorAll("[data-panel]")) {
      const old = this.section.querySelector(`#${panel.id}`);
      if (!old || (old.dataset.status === panel.dataset.status && panel.dataset.status === "succeeded")) continue;
      const focused = old.contains(document.activeElement);
      old.replaceWith(panel);
      if (focused) panel.querySelector("button, a")?.focus({ preventScroll: true });
    }
    this.taken();
  }

  taken() {
    for (const frame of this.section.querySelectorAll("[data-frame][data-progress]")) frame.style.setProperty("--progress", `${frame.dataset.progress}%`);
    this.zoom.collect();
    this.together.collect();
    this.wipe.collect();
    this.drawSounds();
  }

  drawSounds() {
    for (const wave of this.section.querySelectorAll(".waveform")) showWaveform(wave, wave.dataset.peaks);
  }

  press(event) {
    const button = event.target.closest("[data-act]");
    const panel = event.target.closest("[data-panel]");
    if (!button || !panel) return;
    if (button.dataset.act === "pick") this.pick(panel);
    else if (button.dataset.act === "listen") this.together.listen(panel);
    else this.act(panel, button);
  }

  // The pick has five stars and teaches the studio; the one that was picked before loses them.
  async pick(panel) {
    const there = this.panels.filter((one) => one.dataset.asset);
    const picked = panel.dataset.picked === "true" ? null : panel;
    try {
      const assets = there.map((one) => one.dataset.asset);
      await api("/compare/pick", { method: "POST", json: { assets, picked: picked?.dataset.asset ?? null } });
      for (const one of there) showPicked(one, one === picked);
    } catch (error) {
      toast(error.message);
    }
  }

  async act(panel, button) {
    const { act } = button.dataset;
    button.disabled = true;
    try {
      const headers = act === "retry" ? { "Idempotency-Key": crypto.randomUUID() } : {};
      const made = await api(`/api/v1/generations/${panel.dataset.generation}/${act}`, { method: "POST", headers });
      if (act === "retry") this.follow(panel, made.items?.[0] ?? made);
      this.read();
    } catch (error) {
      button.disabled = false;
      toast(error instanceof ApiError ? error.message : "That did not work. Nothing was charged.");
    }
  }

  // The new try takes the place of the old one, also after a reload.
  follow(panel, made) {
    panel.id = `panel-${made.id}`;
    Object.assign(panel.dataset, { panel: made.id, generation: made.id, status: made.status });
    const ids = this.panels.map((one) => one.dataset.generation);
    history.replaceState(null, "", `/compare?generations=${ids.join(",")}`);
  }

  key(event) {
    if (event.target.closest("input, textarea, select, dialog, [popover]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const number = Number(event.key);
    if (event.key === "w") this.wipe.toggle();
    else if (event.key === " " && !event.target.closest("button, a")) event.preventDefault(), this.together.toggle();
    else if (number >= 1 && number <= this.panels.length) this.panels[number - 1].querySelector('[data-act="pick"]')?.click();
  }
}

function showPicked(panel, isPicked) {
  const button = panel.querySelector('[data-act="pick"]');
  panel.dataset.picked = String(isPicked);
  button.setAttribute("aria-pressed", String(isPicked));
  button.querySelector("[data-word]").textContent = isPicked ? "Picked" : "Pick";
}
