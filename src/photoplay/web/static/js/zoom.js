// Looks closer at a picture: a click or z to its pixels and back, wheel and pinch by steps, drag or arrows to move.

const STEP = 1.25;
const MOST = 8;
const MOVE = 80;

export function attach(figure) {
  new Zoom(figure);
}

class Zoom {
  constructor(figure) {
    this.figure = figure;
    this.layer = figure.querySelector(".zoom-layer");
    this.surface = figure.querySelector("[data-zoom-surface]");
    this.full = figure.querySelector("[data-full]");
    this.button = document.querySelector('[data-act="zoom"]');
    this.pointers = new Map();
    this.scale = 1;
    this.at = { x: 0, y: 0 };
    figure.style.setProperty("--ratio", figure.dataset.ratio);
    this.listen();
    this.show();
  }

  listen() {
    const { surface } = this;
    surface.addEventListener("click", (event) => this.moved || this.toggle(event));
    surface.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.pointers.has(event.pointerId) && this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) surface.addEventListener(name, (event) => this.pointers.delete(event.pointerId));
    surface.addEventListener("keydown", (event) => this.key(event));
    this.button?.addEventListener("click", () => this.toggle(null));
    document.querySelector('[data-act="full"]')?.addEventListener("click", () => this.fullScreen());
    new ResizeObserver(() => this.set(this.scale, this.at)).observe(this.figure);
    this.full.addEventListener("load", () => this.show());
  }

  // How much larger than the window shows it its own pixels are.
  get pixels() {
    const natural = (this.full.naturalWidth || Number(this.full.getAttribute("width"))) / devicePixelRatio;
    return Math.max(1.0001, natural / this.figure.clientWidth);
  }

  get closer() {
    return this.pixels > 1.05 ? this.pixels : 2;
  }

  toggle(event) {
    this.zoom(this.scale > 1 ? 1 : this.closer, event);
    if (event === null) this.surface.focus({ preventScroll: true });
  }

  // The point under the pointer stays under it.
  zoom(scale, event) {
    const { left, top, width, height } = this.figure.getBoundingClientRect();
    const x = (event?.clientX || left + width / 2) - left;
    const y = (event?.clientY || top + height / 2) - top;
    const next = Math.min(MOST, Math.max(1, scale));
    const share = next / this.scale;
    this.layer.classList.toggle("is-eased", event?.type !== "wheel");
    this.set(next, { x: x - (x - this.at.x) * share, y: y - (y - this.at.y) * share });
  }

  set(scale, { x, y }) {
    const { clientWidth: width, clientHeight: height } = this.figure;
    this.scale = scale;
    this.at = { x: Math.min(0, Math.max(width - width * scale, x)), y: Math.min(0, Math.max(height - height * scale, y)) };
    this.layer.style.transform = scale === 1 ? "" : `translate(${this.at.x}px, ${this.at.y}px) scale(${scale})`;
    this.show();
  }

  show() {
    const percent = Math.round((this.scale / this.pixels) * 100);
    this.figure.classList.toggle("is-close", this.scale > 1);
    const word = this.button?.querySelector("[data-zoom]");
    if (word) word.textContent = this.scale > 1 ? "Fit" : this.pixels > 1.05 ? "100 %" : "200 %";
    this.surface.setAttribute("aria-label", this.scale > 1 ? `Shown at ${percent} %. Back to the whole picture` : "Look closer");
    this.surface.title = this.scale > 1 ? `${percent} %` : "";
  }

  wheel(event) {
    if (this.scale === 1 && !event.ctrlKey && event.deltaY > 0) return;
    if (this.scale === 1 && !event.ctrlKey && scrollY > 0) return;
    event.preventDefault();
    this.zoom(this.scale * Math.exp(-event.deltaY / 400), event);
  }

  down(event) {
    this.moved = false;
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.scale > 1 || this.pointers.size > 1) this.surface.setPointerCapture(event.pointerId);
  }

  drag(event) {
    const before = this.pointers.get(event.pointerId);
    const now = { x: event.clientX, y: event.clientY };
    if (this.pointers.size === 2) this.pinch(event.pointerId, now);
    else if (this.scale > 1) this.pan(now.x - before.x, now.y - before.y);
    this.pointers.set(event.pointerId, now);
  }

  pan(x, y) {
    if (Math.abs(x) + Math.abs(y) > 1) this.moved = true;
    this.layer.classList.remove("is-eased");
    this.set(this.scale, { x: this.at.x + x, y: this.at.y + y });
  }

  pinch(id, now) {
    const [other] = [...this.pointers].filter(([key]) => key !== id).map(([, point]) => point);
    const before = this.pointers.get(id);
    const apart = (one) => Math.hypot(one.x - other.x, one.y - other.y);
    this.moved = true;
    this.zoom((this.scale * apart(now)) / Math.max(1, apart(before)), { type: "wheel", clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 });
  }

  key(event) {
    const move = { ArrowLeft: [MOVE, 0], ArrowRight: [-MOVE, 0], ArrowUp: [0, MOVE], ArrowDown: [0, -MOVE] }[event.key];
    const scale = { "+": this.scale * STEP, "=": this.scale * STEP, "-": this.scale / STEP, Escape: 1 }[event.key];
    if (this.scale === 1 && (move || event.key === "Escape")) return;
    if (!move && !scale) return;
    event.preventDefault();
    event.stopPropagation();
    if (move) this.pan(...move);
    else this.zoom(scale, null);
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.figure.requestFullscreen?.().catch(() => {});
  }
}
