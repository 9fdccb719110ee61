// Plays a film or a sound: the button, the place in it, repeat, mute, full screen. For a sound the waveform is the place.

import { clock } from "./grid-item.js";
import { hearWaveform, showWaveform } from "./waveform.js";

export function attach(box) {
  new Player(box);
}

class Player {
  constructor(box) {
    this.box = box;
    this.media = box.querySelector("video, audio:not(noscript *)");
    this.seek = box.querySelector("[data-seek]");
    this.wave = box.querySelector(".waveform");
    if (box.dataset.ratio) box.style.setProperty("--ratio", box.dataset.ratio);
    this.media.loop = this.button("loop").getAttribute("aria-pressed") === "true";
    this.listen();
    this.show();
  }

  button(act) {
    return this.box.querySelector(`[data-act="${act}"]`);
  }

  get seconds() {
    return this.media.duration || Number(this.wave?.getAttribute("aria-valuemax") ?? this.seek?.max) || 0;
  }

  listen() {
    const { media } = this;
    this.button("play").addEventListener("click", () => this.toggle());
    this.button("loop").addEventListener("click", () => this.press("loop", (media.loop = !media.loop)));
    this.button("mute").addEventListener("click", () => this.press("mute", (media.muted = !media.muted)));
    this.button("full")?.addEventListener("click", () => this.fullScreen());
    if (this.wave) this.listenToWave();
    else media.addEventListener("click", () => this.toggle());
    this.seek?.addEventListener("input", () => ((media.currentTime = Number(this.seek.value)), this.show()));
    for (const name of ["play", "pause", "ended", "seeked", "loadedmetadata"]) media.addEventListener(name, () => this.show());
    media.addEventListener("play", () => this.tick());
  }

  listenToWave() {
    const jump = (event) => {
      const { left, width } = this.wave.getBoundingClientRect();
      this.media.currentTime = Math.min(1, Math.max(0, (event.clientX - left) / width)) * this.seconds;
      this.show();
    };
    this.wave.addEventListener("pointerdown", (event) => (this.wave.setPointerCapture(event.pointerId), jump(event)));
    this.wave.addEventListener("pointermove", (event) => this.wave.hasPointerCapture(event.pointerId) && jump(event));
    this.wave.addEventListener("keydown", (event) => this.waveKey(event));
    new ResizeObserver(() => showWaveform(this.wave, this.wave.dataset.peaks)).observe(this.wave);
  }

  waveKey(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 5, ArrowDown: -5 }[event.key];
    if (!by) return;
    event.preventDefault();
    this.media.currentTime = Math.min(this.seconds, Math.max(0, this.media.currentTime + by));
    this.show();
  }

  toggle() {
    if (this.media.paused) this.media.play().catch(() => {});
    else this.media.pause();
  }

  press(act, isOn) {
    this.button(act).setAttribute("aria-pressed", isOn);
    if (act === "mute") setIcon(this.button(act), isOn ? "volume-x" : "volume-2");
  }

  tick() {
    this.show();
    if (!this.media.paused) requestAnimationFrame(() => this.tick());
  }

  show() {
    const { currentTime: now, paused } = this.media;
    const share = this.seconds ? now / this.seconds : 0;
    const play = this.button("play");
    const word = paused ? "Play" : "Pause";
    if (play.getAttribute("aria-label") !== word) {
      play.setAttribute("aria-label", word);
      play.title = `${word} (Space)`;
      setIcon(play, paused ? "play" : "pause");
    }
    this.box.classList.toggle("is-playing", !paused);
    this.box.querySelector("[data-now]").textContent = clock(Math.floor(now));
    if (this.seek) {
      this.seek.value = now;
      this.seek.style.setProperty("--fill", `${share * 100}%`);
      this.seek.setAttribute("aria-valuetext", clock(Math.floor(now)));
    }
    if (!this.wave) return;
    hearWaveform(this.wave, share);
    this.wave.setAttribute("aria-valuenow", now.toFixed(1));
    this.wave.setAttribute("aria-valuetext", clock(Math.floor(now)));
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.box.requestFullscreen?.().catch(() => {});
  }
}

function setIcon(button, name) {
  const use = button.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
}
