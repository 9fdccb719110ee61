// Plays in the grid: a film muted while the pointer rests on it, a sound by its button. One at a time.

import { hearWaveform } from "./waveform.js";

const REST_MS = 120;

export class TilePlay {
  #video = Object.assign(document.createElement("video"), { muted: true, loop: true, playsInline: true, className: "tile-film", tabIndex: -1 });
  #sound = new Audio();
  #tile = null;
  #resting = null;
  #ticking = 0;

  constructor(box) {
    this.#video.setAttribute("aria-hidden", "true");
    this.#video.addEventListener("playing", () => this.#tile?.classList.add("is-playing"));
    for (const event of ["ended", "pause"]) this.#sound.addEventListener(event, () => this.#sound.ended && this.stop());
    box.addEventListener("pointerover", (event) => event.pointerType === "mouse" && this.#over(event.target.closest(".tile")));
    box.addEventListener("pointerleave", () => this.#over(null));
  }

  #over(tile) {
    clearTimeout(this.#resting);
    if (this.#tile && this.#tile !== tile && this.#tile.item?.kind === "video") this.stop();
    if (!tile || tile === this.#tile || tile.item?.kind !== "video") return;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    if (this.#tile?.item?.kind !== "audio") this.#resting = setTimeout(() => this.#start(tile), REST_MS);
  }

  toggle(tile) {
    if (this.#tile === tile) this.stop();
    else this.#start(tile);
  }

  stop() {
    cancelAnimationFrame(this.#ticking);
    const tile = this.#tile;
    this.#tile = null;
    this.#video.pause();
    this.#video.remove();
    this.#video.removeAttribute("src");
    this.#sound.pause();
    tile?.classList.remove("is-playing");
    tile?.querySelector(".tile-line")?.style.removeProperty("transform");
    if (tile?.tileType === "audio") this.#showSound(tile, false);
  }

  // The tile is about to show something else.
  freed(tile) {
    if (tile === this.#tile) this.stop();
  }

  #start(tile) {
    this.stop();
    if (!tile.item) return;
    this.#tile = tile;
    const { files, kind } = tile.item;
    const media = kind === "audio" ? this.#sound : this.#video;
    media.src = (kind === "video" && files.preview) || files.original;
    if (kind === "video") tile.querySelector(".tile-link").append(this.#video);
    else this.#showSound(tile, true);
    media.play().catch(() => this.#tile === tile && this.stop());
    this.#tick(tile, media);
  }

  #tick(tile, media) {
    this.#ticking = requestAnimationFrame(() => {
      if (this.#tile !== tile) return;
      const heard = media.duration ? media.currentTime / media.duration : 0;
      if (tile.tileType === "audio") hearWaveform(tile.querySelector(".waveform"), heard);
      else tile.querySelector(".tile-line").style.transform = `scaleX(${heard})`;
      this.#tick(tile, media);
    });
  }

  #showSound(tile, playing) {
    const button = tile.querySelector(".tile-play");
    button.setAttribute("aria-label", `${playing ? "Pause" : "Play"} ${tile.item?.title ?? ""}`);
    const use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, playing ? "#pause" : "#play"));
    tile.classList.toggle("is-playing", playing);
    if (!playing) hearWaveform(tile.querySelector(".waveform"), 0);
  }
}
