// Loudness over time as bars with gaps of 2 px; what has been heard is brighter. Reads the peaks once per sound.

import { ask } from "./api.js";

const BAR = 3;
const GAP = 2;
const KEEP = 200;
const known = new Map();
const drawn = new WeakMap();

export function readPeaks(address) {
  if (!known.has(address)) {
    known.set(address, fetchPeaks(address));
    if (known.size > KEEP) known.delete(known.keys().next().value);
  }
  return known.get(address);
}

async function fetchPeaks(address) {
  try {
    const answer = await ask(address);
    const body = answer.ok ? await answer.json() : [];
    return Array.isArray(body) ? body : (body.peaks ?? []);
  } catch {
    known.delete(address);
    return [];
  }
}

export async function showWaveform(canvas, address) {
  const size = `${canvas.clientWidth}x${canvas.clientHeight}`;
  const before = drawn.get(canvas);
  if (before?.address === address && before.size === size) return;
  drawn.set(canvas, { address, size, heard: before?.address === address ? before.heard : 0, peaks: null });
  const peaks = address ? await readPeaks(address) : [];
  const now = drawn.get(canvas);
  if (!now || now.address !== address || now.size !== size) return;
  now.peaks = peaks;
  draw(canvas, peaks, now.heard);
}

export function hearWaveform(canvas, heard) {
  const now = drawn.get(canvas);
  if (!now) return;
  now.heard = heard;
  if (now.peaks) draw(canvas, now.peaks, heard);
}

export function forgetWaveform(canvas) {
  drawn.delete(canvas);
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
}

function draw(canvas, peaks, heard) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const density = Math.min(devicePixelRatio || 1, 3);
  canvas.width = width * density;
  canvas.height = height * density;
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  const { color: ahead, caretColor: past } = getComputedStyle(canvas);
  const count = Math.max(1, Math.floor((width + GAP) / (BAR + GAP)));
  const loud = Math.max(0.01, ...peaks);
  for (let bar = 0; bar < count; bar++) {
    const tall = Math.max(2, (loudest(peaks, bar / count, (bar + 1) / count) / loud) * height);
    pen.fillStyle = (bar + 0.5) / count <= heard ? past : ahead;
    pen.beginPath();
    pen.roundRect(bar * (BAR + GAP), (height - tall) / 2, BAR, tall, 1);
    pen.fill();
  }
}

function loudest(peaks, from, to) {
  let top = 0;
  const end = Math.max(Math.floor(from * peaks.length) + 1, Math.floor(to * peaks.length));
  for (let at = Math.floor(from * peaks.length); at < end && at < peaks.length; at++) top = Math.max(top, Math.abs(peaks[at]));
  return top;
}

new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

function redraw() {
  for (const canvas of document.querySelectorAll("canvas.waveform")) {
    const now = drawn.get(canvas);
    if (now?.peaks) draw(canvas, now.peaks, now.heard);
  }
}
