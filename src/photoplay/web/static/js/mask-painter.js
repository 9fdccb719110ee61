// A mask painted over a picture: strokes are kept as strokes, so that they can be taken back and drawn at the picture's own size.

import { api } from "./api.js";

const SHOWN = "rgb(240 166 60 / 0.7)";
const LARGEST_SHOWN = 2048;
let painter = null;

export function attach(dialog) {
  painter = new MaskPainter(dialog);
}

// Opens the place to paint and gives the asset of the mask, or null where it was left without one.
export const maskAsset = (picture) => painter.open(picture);

class MaskPainter {
  constructor(dialog) {
    const part = (name) => dialog.querySelector(`[data-mask-${name}]`);
    Object.assign(this, { dialog, image: part("image"), canvas: part("canvas"), brush: part("brush"), size: part("size"), said: part("said") });
    this.undone = part("undo");
    this.undone.addEventListener("click", () => this.undo());
    part("clear").addEventListener("click", () => this.clear());
    part("done").addEventListener("click", () => this.done());
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.answer?.(null));
    this.size.addEventListener("input", () => this.showBrush());
    this.listen();
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => (this.stroke = null));
    canvas.addEventListener("pointerleave", () => (this.brush.hidden = document.activeElement !== canvas));
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("focus", () => this.showBrush());
    canvas.addEventListener("blur", () => (this.brush.hidden = true));
    new ResizeObserver(() => this.showBrush()).observe(canvas);
  }

  async open({ sourceFile, width, height, mask }) {
    Object.assign(this, { width: Number(width), height: Number(height), strokes: [], before: null, stroke: null, at: { x: 0.5, y: 0.5 } });
    const scale = Math.min(1, LARGEST_SHOWN / Math.max(this.width, this.height));
    Object.assign(this.canvas, { width: Math.round(this.width * scale), height: Math.round(this.height * scale) });
    this.dialog.style.setProperty("--ratio", this.width / this.height);
    this.image.src = sourceFile;
    this.said.textContent = "";
    this.dialog.showModal();
    this.canvas.focus({ preventScroll: true });
    if (mask) this.before = await pictureAt(`/api/v1/assets/${mask}/file?rendition=original`).catch(() => null);
    this.draw();
    return new Promise((answer) => (this.answer = answer));
  }

  get radius() {
    return Number(this.size.value) / 200;
  }

  // Places and sizes are parts of the picture's width, so a stroke is the same at any size.
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.width };
  }

  begin(event) {
    if (event.button) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.at = this.place(event);
    this.dab();
  }

  move(event) {
    this.at = this.place(event);
    this.showBrush();
    if (!this.stroke) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) this.stroke.points.push(this.place(one));
    this.draw();
  }

  dab() {
    const rubs = this.dialog.querySelector("[name=mask-tool]:checked").value === "rub";
    this.stroke = { radius: this.radius, rubs, points: [this.at] };
    this.strokes.push(this.stroke);
    this.draw();
  }

  key(event) {
    const step = this.radius / 2;
    const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const way = ways[event.key];
    if (way) {
      this.at = { x: within(this.at.x + way[0], 1), y: within(this.at.y + way[1], this.height / this.width) };
      if (event.shiftKey) this.dab();
      this.showBrush();
    } else if (event.key === " ") this.dab();
    else if (event.key === "z") this.undo();
    else return;
    this.stroke = null;
    event.preventDefault();
  }

  undo() {
    this.strokes.pop();
    this.draw();
  }

  clear() {
    this.strokes = [];
    this.before = null;
    this.draw();
  }

  showBrush() {
    if (!this.at) return;
    const width = this.canvas.clientWidth;
    this.brush.hidden = !this.dialog.open;
    Object.assign(this.brush.style, { width: `${2 * this.radius * width}px`, height: `${2 * this.radius * width}px` });
    Object.assign(this.brush.style, { left: `${this.canvas.offsetLeft + this.at.x * width}px`, top: `${this.canvas.offsetTop + this.at.y * width}px` });
  }

  draw() {
    const pen = this.canvas.getContext("2d");
    this.paint(pen, this.canvas.width, this.canvas.height);
    pen.globalCompositeOperation = "source-in";
    pen.fillStyle = SHOWN;
    pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    pen.globalCompositeOperation = "source-over";
    this.undone.disabled = !this.strokes.length;
    this.said.textContent = "";
  }

  // White where it changes, clear elsewhere.
  paint(pen, width, height) {
    pen.globalCompositeOperation = "source-over";
    pen.clearRect(0, 0, width, height);
    if (this.before) pen.drawImage(this.before, 0, 0, width, height);
    Object.assign(pen, { lineCap: "round", lineJoin: "round", strokeStyle: "#fff", fillStyle: "#fff" });
    for (const { radius, rubs, points } of this.strokes) {
      pen.globalCompositeOperation = rubs ? "destination-out" : "source-over";
      pen.lineWidth = 2 * radius * width;
      pen.beginPath();
      points.forEach(({ x, y }, at) => (at ? pen.lineTo(x * width, y * width) : pen.moveTo(x * width, y * width)));
      if (points.length === 1) pen.lineTo(points[0].x * width + 0.01, points[0].y * width);
      pen.stroke();
    }
    pen.globalCompositeOperation = "source-over";
  }

  async done() {
    if (!this.strokes.some((stroke) => !stroke.rubs) && !this.before) return this.say("Nothing is painted yet. Drag over what is to change.");
    try {
      const headers = { "X-Upload-Name": "Mask", "Content-Type": "image/png" };
      const made = await api("/api/v1/assets", { method: "POST", body: await this.file(), headers });
      this.answer(made);
      this.answer = null;
      this.dialog.close();
    } catch (error) {
      this.say(error.message);
    }
  }

  // A PNG as large as the picture: white on black.
  async file() {
    const sheet = Object.assign(document.createElement("canvas"), { width: this.width, height: this.height });
    const pen = sheet.getContext("2d");
    this.paint(pen, this.width, this.height);
    pen.globalCompositeOperation = "destination-over";
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, this.width, this.height);
    const file = await new Promise((done) => sheet.toBlob(done, "image/png"));
    if (!file) throw new Error("The mask is too large for this browser. Use a smaller picture.");
    return file;
  }

  say(words) {
    this.said.textContent = words;
  }
}

const within = (value, most) => Math.max(0, Math.min(most, value));

// A kept mask, its black made clear, so that one can go on painting.
async function pictureAt(address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const sheet = Object.assign(document.createElement("canvas"), { width: picture.naturalWidth, height: picture.naturalHeight });
  const pen = sheet.getContext("2d");
  pen.drawImage(picture, 0, 0);
  const pixels = pen.getImageData(0, 0, sheet.width, sheet.height);
  for (let at = 0; at < pixels.data.length; at += 4) pixels.data[at + 3] = pixels.data[at];
  pen.putImageData(pixels, 0, 0);
  return sheet;
}
