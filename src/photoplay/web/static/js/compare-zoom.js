// Looks closer at all pictures of a comparison at once: wheel, pinch, drag, click, or plus, minus and arrows.
// The place is kept as a share of the frame, so that pictures of any size show the same part.

const STEP = 1.25;
const MOST = 12;
const MOVE = 0.1;

export class SharedZoom {
  constructor(section) {
    this.section = section;
    this.word = section.querySelector("[data-zoom]");
    this.scale = 1;
    this.at = { x: 0, y: 0 };
    this.pointers = new Map();
    this.known = new WeakSet();
    const acts = { in: () => this.zoom(this.scale * STEP), out: () => this.zoom(this.scale / STEP), fit: () => this.zoom(1) };
    for (const [act, run] of Object.entries(acts)) section.querySelector(`[data-act="${act}"]`)?.addEventListener("click", run);
    section.addEventListener("keydown", (event) => this.key(event));
  }

  // Panels come and change; what they show follows the place that was looked at.
  collect() {
    this.layers = [...this.section.querySelectorAll("[data-layer]")];
    for (const surface of this.section.querySelectorAll("[data-surface]")) {
      if (!this.known.has(surface)) this.listen(surface);
      this.known.add(surface);
    }
    this.show();
  }

  listen(surface) {
    surface.addEventListener("click", (event) => this.moved || this.zoom(this.scale > 1 ? 1 : 2, event.detail ? event : null, surface));
    surface.addEventListener("wheel", (event) => this.wheel(event, surface), { passive: false });
    surface.addEventListener("pointerdown", (event) => this.down(event, surface));
    surface.addEventListener("pointermove", (event) => this.pointers.has(event.pointerId) && this.drag(event, surface));
    for (const name of ["pointerup", "pointercancel"]) surface.addEventListener(name, (event) => this.pointers.delete(event.pointerId));
  }

  // The point under the pointer stays under it, in every panel.
  zoom(scale, event = null, surface = null) {
    const next = Math.min(MOST, Math.max(1, scale));
    const { x, y } = event && surface ? shareOf(event, surface) : { x: 0.5, y: 0.5 };
    const share = next / this.scale;
    this.set(next, { x: x - (x - this.at.x) * share, y: y - (y - this.at.y) * share });
  }

  set(scale, { x, y }) {
    this.scale = scale < 1.01 ? 1 : scale;
    this.at = { x: Math.min(0, Math.max(1 - this.scale, x)), y: Math.min(0, Math.max(1 - this.scale, y)) };
    this.show();
  }

  show() {
    const { x, y } = this.at;
    const transform = this.scale === 1 ? "" : `translate(${x * 100}%, ${y * 100}%) scale(${this.scale})`;
    for (const layer of this.layers) layer.style.transform = transform;
    this.section.classList.toggle("is-close", this.scale > 1);
    if (this.word) this.word.textContent = this.scale > 1 ? `${Math.round(this.scale * 100)} %` : "Fit";
    const words = this.scale > 1 ? "Back to the whole picture, all of them" : "Look closer at all of them";
    for (const surface of this.section.querySelectorAll("[data-surface]")) surface.setAttribute("aria-label", words);
  }

  wheel(event, surface) {
    if (this.scale === 1 && !event.ctrlKey && event.deltaY > 0) return;
    event.preventDefault();
    this.zoom(this.scale * Math.exp(-event.deltaY / 400), event, surface);
  }

  down(event, surface) {
    this.moved = false;
    this.pointers.set(event.pointerId, shareOf(event, surface));
    if (this.scale > 1 || this.pointers.size > 1) surface.setPointerCapture(event.pointerId);
  }

  drag(event, surface) {
    const before = this.pointers.get(event.pointerId);
    const now = shareOf(event, surface);
    if (this.pointers.size === 2) this.pinch(event.pointerId, now);
    else if (this.scale > 1) this.pan(now.x - before.x, now.y - before.y);
    this.pointers.set(event.pointerId, now);
  }

  pan(x, y) {
    if (Math.abs(x) + Math.abs(y) > 0.004) this.moved = true;
    this.set(this.scale, { x: this.at.x + x, y: this.at.y + y });
  }

  pinch(id, now) {
    const [other] = [...this.pointers].filter(([key]) => key !== id).map(([, point]) => point);
    const before = this.pointers.get(id);
    const apart = (one) => Math.hypot(one.x - other.x, one.y - other.y);
    const share = apart(now) / Math.max(0.01, apart(before));
    const [x, y] = [(now.x + other.x) / 2, (now.y + other.y) / 2];
    const next = Math.min(MOST, Math.max(1, this.scale * share));
    this.moved = true;
    this.set(next, { x: x - ((x - this.at.x) * next) / this.scale, y: y - ((y - this.at.y) * next) / this.scale });
  }

  key(event) {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey) return;
    const move = { ArrowLeft: [MOVE, 0], ArrowRight: [-MOVE, 0], ArrowUp: [0, MOVE], ArrowDown: [0, -MOVE] }[event.key];
    const scale = { "+": this.scale * STEP, "=": this.scale * STEP, "-": this.scale / STEP, 0: 1, Escape: 1 }[event.key];
    if ((this.scale === 1 && (move || event.key === "Escape")) || (!move && !scale)) return;
    event.preventDefault();
    event.stopPropagation();
    if (move) this.pan(...move);
    else this.zoom(scale);
  }
}

function shareOf(event, surface) {
  const { left, top, width, height } = surface.getBoundingClientRect();
  return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
}
