// Lays the second of two pictures or films over the first, up to a line that is dragged in the picture or moved by a slider.

export class Wipe {
  constructor(section, zoom) {
    this.section = section;
    this.zoom = zoom;
    this.button = section.querySelector('[data-act="wipe"]');
    this.field = section.querySelector("[data-wipe-field]");
    this.slider = section.querySelector("[data-wipe]");
    this.button?.addEventListener("click", () => this.toggle());
    this.slider?.addEventListener("input", () => this.show());
  }

  get isOn() {
    return this.section.classList.contains("is-wiping");
  }

  collect() {
    if (!this.button) return;
    const layers = this.section.querySelectorAll("[data-layer]");
    this.button.disabled = layers.length !== 2;
    if (this.isOn && !this.over?.isConnected) this.leave();
  }

  toggle() {
    if (!this.button || this.button.disabled) return;
    this.isOn ? this.leave() : this.enter();
  }

  enter() {
    const [under, over] = this.section.querySelectorAll("[data-layer]");
    this.home = over.parentElement;
    this.over = document.createElement("div");
    this.over.className = "compare-over";
    this.over.append(over);
    this.line = document.createElement("div");
    this.line.className = "compare-line";
    this.line.addEventListener("pointerdown", (event) => this.line.setPointerCapture(event.pointerId));
    this.line.addEventListener("pointermove", (event) => this.line.hasPointerCapture(event.pointerId) && this.drag(event));
    under.after(this.over);
    this.home.querySelector("[data-surface]").hidden = true;
    under.parentElement.append(this.line);
    this.switch(true);
  }

  leave() {
    const layer = this.over?.querySelector("[data-layer]");
    if (layer && this.home?.isConnected) this.home.prepend(layer);
    const surface = this.home?.querySelector("[data-surface]");
    if (surface) surface.hidden = false;
    this.over?.remove();
    this.line?.remove();
    this.switch(false);
  }

  switch(isOn) {
    this.section.classList.toggle("is-wiping", isOn);
    this.button.setAttribute("aria-pressed", String(isOn));
    this.field.hidden = !isOn;
    this.zoom.collect();
    if (isOn) this.show();
  }

  drag(event) {
    const { left, width } = this.line.parentElement.getBoundingClientRect();
    this.slider.value = Math.min(100, Math.max(0, ((event.clientX - left) / width) * 100));
    this.show();
  }

  show() {
    const share = Number(this.slider.value);
    this.over.style.clipPath = `inset(0 0 0 ${share}%)`;
    this.line.style.left = `${share}%`;
    this.slider.style.setProperty("--fill", `${share}%`);
    const [first, second] = [...this.section.querySelectorAll(".compare-name")].map((name) => name.textContent);
    this.slider.setAttribute("aria-valuetext", `${first} up to ${Math.round(share)} %, then ${second}`);
  }
}
