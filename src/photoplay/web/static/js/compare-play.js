// Films of a comparison in step, sounds one at a time at the same place. One clock; what drifts from it is set right.

import { clock } from "./grid-item.js";
import { hearWaveform } from "./waveform.js";

const DRIFT_SECONDS = 0.12;
const READY = 2;

export class Together {
  constructor(section) {
    this.section = section;
    this.isFilm = section.dataset.kind === "video";
    this.button = section.querySelector('[data-act="play"]');
    this.seek = section.querySelector("[data-seek]");
    this.time = section.querySelector("[data-time]");
    this.at = 0;
    this.isPlaying = false;
    this.heard = null;
    this.media = [];
    this.button?.addEventListener("click", () => this.toggle());
    this.seek?.addEventListener("input", () => this.go(Number(this.seek.value)));
  }

  collect() {
    this.media = [...this.section.querySelectorAll("[data-media]")];
    for (const one of this.media) {
      one.addEventListener("loadedmetadata", () => this.show(), { once: true });
      one.currentTime = Math.min(this.at, one.duration || this.at);
    }
    if (!this.media.includes(this.heard)) this.heard = this.isFilm ? null : (this.media[0] ?? null);
    this.choose(this.heard);
    this.show();
  }

  get seconds() {
    return Math.max(0, ...this.media.map((one) => (Number.isFinite(one.duration) ? one.duration : 0)));
  }

  // Those that play now: all films, or the one sound that is listened to.
  get sounding() {
    return this.isFilm ? this.media : this.media.filter((one) => one === this.heard);
  }

  toggle() {
    if (this.media.length) this.isPlaying ? this.pause() : this.play();
  }

  play() {
    if (this.at >= this.seconds - 0.05) this.at = 0;
    this.isPlaying = true;
    this.last = performance.now();
    this.tick();
    this.show();
  }

  pause() {
    this.isPlaying = false;
    for (const one of this.media) one.pause();
    this.show();
  }

  go(seconds) {
    this.at = seconds;
    for (const one of this.media) one.currentTime = Math.min(seconds, one.duration || seconds);
    this.show();
  }

  // Another one is heard from where the last one was. The same film again falls silent.
  listen(panel) {
    const media = panel.querySelector("[data-media]");
    if (this.isFilm) return this.choose(media === this.heard ? null : media);
    const isSame = media === this.heard;
    this.choose(media);
    media.currentTime = Math.min(this.at, media.duration || this.at);
    if (isSame) this.toggle();
    else if (!this.isPlaying) this.play();
  }

  choose(media) {
    this.heard = media;
    for (const one of this.media) {
      one.muted = one !== media;
      if (!this.isFilm && one !== media) one.pause();
      const button = one.closest("[data-panel]")?.querySelector('[data-act="listen"]');
      button?.setAttribute("aria-pressed", String(one === media));
      const use = button?.querySelector("use");
      use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, one === media ? "#volume-2" : "#volume-x"));
    }
  }

  // The clock stands while any of them has nothing to show.
  tick() {
    if (!this.isPlaying || !this.section.isConnected) return;
    const now = performance.now();
    const waits = this.sounding.some((one) => one.readyState < READY);
    if (!waits) this.at += (now - this.last) / 1000;
    this.last = now;
    if (this.seconds && this.at >= this.seconds) this.isFilm ? this.go(0) : (this.go(0), this.pause());
    for (const one of this.sounding) this.keep(one, waits);
    this.show();
    requestAnimationFrame(() => this.tick());
  }

  keep(one, waits) {
    const isOver = Number.isFinite(one.duration) && this.at >= one.duration;
    if (waits || isOver || !this.isPlaying) return one.pause();
    if (Math.abs(one.currentTime - this.at) > DRIFT_SECONDS) one.currentTime = this.at;
    if (one.paused) one.play().catch(() => {});
  }

  show() {
    if (!this.button) return;
    const { seconds } = this;
    this.seek.max = seconds || 1;
    this.seek.value = this.at;
    this.seek.style.setProperty("--fill", `${seconds ? (this.at / seconds) * 100 : 0}%`);
    this.seek.setAttribute("aria-valuetext", `${clock(this.at)} of ${clock(seconds)}`);
    this.time.textContent = `${clock(this.at)} / ${clock(seconds)}`;
    this.button.setAttribute("aria-pressed", String(this.isPlaying));
    this.button.setAttribute("aria-label", this.isPlaying ? "Pause all" : "Play all");
    const use = this.button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, this.isPlaying ? "#pause" : "#play"));
    for (const wave of this.section.querySelectorAll(".waveform")) hearWaveform(wave, seconds ? this.at / seconds : 0);
  }
}
