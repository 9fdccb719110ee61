// The live canvas: what the words mean, painted here while one types, drags the sun and moves the sliders.
// data-mode: "auto" measures the first frames; "live" and "still" force one (for tests); "off" paints nothing.

import { api } from "./api.js";
import { UNASKED } from "./create-draft.js";
import { anySeed, setField } from "./dice.js";
import { paramsOf, presetsOf, requestOf } from "./form-values.js";
import { letGo, paint, painterOn, prepare, timed } from "./painter.js";
import { attachSun } from "./sun.js";

const SLOW_MS = 100;
const LOOP_MS = 8000;
const TOO_SLOW_MS = 1200;
const LONGEST = { live: 1280, still: 512, slow: 320, probe: 256 };
const sources = new Map();

export function attach(stage) {
  const form = document.getElementById("create");
  const canvas = stage.querySelector("canvas");
  const view = { stage, form, canvas, box: stage.querySelector("[data-box]"), mode: stage.dataset.mode, reading: null, scene: null, visible: true };
  stage.querySelector("[data-another-seed]").addEventListener("click", () => setField(form.elements.seed, anySeed()));
  stage.querySelector("[data-keep]").addEventListener("click", () => keep(view));
  stage.querySelector("[data-reset-lights]")?.addEventListener("click", () => resetLights(stage));
  if (form.elements.seed && form.elements.seed.value === "") setField(form.elements.seed, anySeed(), UNASKED);
  const read = () => {
    clearTimeout(view.waiting);
    view.waiting = setTimeout(() => readWords(view), 180);
  };
  form.addEventListener("input", read);
  form.addEventListener("change", read);
  form.addEventListener("photoplay:light", () => touched(view));
  begin(view);
  readWords(view);
}

function begin(view) {
  view.painter = view.mode === "off" ? null : painterOn(view.canvas);
  view.stage.dataset.state = view.painter ? "waiting" : "unavailable";
  if (!view.painter) return;
  view.sun = attachSun(view.stage, () => touched(view));
  view.canvas.addEventListener("webglcontextlost", () => unavailable(view));
  new ResizeObserver(() => touched(view)).observe(view.box);
  new IntersectionObserver(([entry]) => seen(view, entry.isIntersecting)).observe(view.stage);
  document.addEventListener("visibilitychange", () => seen(view, !document.hidden));
}

const example = (view) => document.querySelector(".suggestions [data-words]")?.dataset.words ?? view.form.elements.prompt.placeholder;

const dressOf = (form) => ({ operation: form.dataset.operation, presets: presetsOf(form, form.dataset.operation) });

async function readWords(view) {
  const params = paramsOf(view.form);
  const { prompt, ...settings } = params;
  const turn = (view.turn = (view.turn ?? 0) + 1);
  try {
    const reading = await api("/api/v1/scenes/reading", { method: "POST", json: { prompt: prompt || example(view), params: settings, ...dressOf(view.form) } });
    if (turn !== view.turn || !view.form.isConnected) return;
    view.reading = reading;
    showReading(view);
    if (!view.painter) return;
    view.scene = await sceneOf(view, reading.scene);
    if (view.stage.dataset.state === "waiting") await measure(view);
    touched(view);
  } catch (error) {
    console.warn(error.message);
    if (!(error.name === "ApiError" || "status" in error)) unavailable(view);
  }
}

async function sceneOf(view, name) {
  if (!sources.has(name)) sources.set(name, api(`/api/v1/scenes/${name}/source`));
  const { fragment } = await sources.get(name);
  return prepare(view.painter, name, fragment);
}

function showReading({ stage, reading }) {
  for (const light of stage.querySelectorAll("[data-light]")) {
    const read = reading.params?.[light.dataset.light] ?? reading[light.dataset.light];
    if (typeof read === "number") light.dispatchEvent(new CustomEvent("photoplay:read", { detail: read }));
  }
}

// What the sliders say goes before what the words say, at once, without asking the studio.
function uniformsOf(view) {
  const uniforms = { ...view.reading.uniforms };
  for (const light of view.stage.querySelectorAll("[data-light]")) {
    const value = light.querySelector("input[type=hidden]").value;
    if (value === "") continue;
    const name = `u_${light.dataset.light}`;
    uniforms[name] = Array.isArray(uniforms[name]) ? [Number(value), ...uniforms[name].slice(1)] : Number(value);
  }
  return uniforms;
}

function fit(view, longest) {
  const { clientWidth: width, clientHeight: height } = view.box;
  const [across, down] = aspectOf(view.form, width / height);
  const scale = Math.min(width / across, height / down);
  const shown = [across * scale, down * scale];
  view.canvas.style.width = `${shown[0]}px`;
  view.canvas.style.height = `${shown[1]}px`;
  const density = Math.min(devicePixelRatio, longest / Math.max(...shown)) * (view.share ?? 1);
  const [w, h] = shown.map((edge) => Math.max(2, Math.round(edge * density)));
  if (view.canvas.width !== w || view.canvas.height !== h) Object.assign(view.canvas, { width: w, height: h });
}

function aspectOf(form, otherwise) {
  const chosen = form.querySelector("[name=aspect]:checked, [name=aspect][type=hidden], select[name=aspect]")?.value;
  return chosen ? chosen.split(":").map(Number) : [otherwise, 1];
}

// A small frame and then one at full size decide whether this machine can keep up.
async function measure(view) {
  view.stage.dataset.state = "measuring";
  const uniforms = { ...uniformsOf(view), u_phase: 0 };
  for (const longest of view.mode === "auto" ? [LONGEST.probe, LONGEST.live] : []) {
    fit(view, longest);
    view.ms = await timed(view.painter, view.scene, uniforms);
    if (view.ms > SLOW_MS) break;
  }
  const still = view.mode === "still" || (view.mode === "auto" && view.ms > SLOW_MS);
  if (!still && view.ms > 12) view.share = Math.max(0.5, Math.sqrt(12 / view.ms));
  view.stage.dataset.state = still ? "still" : "live";
  view.canvas.hidden = false;
  view.stage.querySelector("[data-badge]").hidden = false;
  view.stage.querySelector("[data-badge]").textContent = still ? "Canvas, free" : "Live canvas, free";
  view.stage.querySelector(".stage-still")?.remove();
  view.form.dispatchEvent(new CustomEvent("photoplay:canvas"));
}

const ready = (view) => view.scene && (view.stage.dataset.state === "live" || view.stage.dataset.state === "still");

// Something is different: paint it with the next frame, or, while a slow one is still being painted, right after it.
function touched(view) {
  if (!ready(view)) return;
  if (view.painting) view.again = true;
  else view.painting = requestAnimationFrame((now) => step(view, now));
}

async function step(view, now) {
  if (!view.stage.isConnected) return letGo(view.painter);
  view.again = false;
  if (view.visible && ready(view)) {
    const live = view.stage.dataset.state === "live";
    view.moves = live && view.stage.dataset.kind === "video" && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    fit(view, LONGEST[live ? "live" : view.ms > TOO_SLOW_MS ? "slow" : "still"]);
    const uniforms = { ...uniformsOf(view), u_phase: view.moves ? (now % LOOP_MS) / LOOP_MS : 0 };
    view.sun.show(uniforms);
    if (live) paint(view.painter, view.scene, uniforms);
    else view.ms = await timed(view.painter, view.scene, uniforms);
    if (!view.moves || view.learnt !== view.reading) await view.sun.calibrate(view.reading.scene, uniforms);
    view.learnt = view.reading;
    view.stage.dataset.frames = Number(view.stage.dataset.frames ?? 0) + 1;
    speed(view, now, view.moves);
  }
  view.painting = null;
  if (view.again || (view.moves && view.visible)) touched(view);
}

function speed(view, now, moves) {
  const line = view.stage.querySelector("[data-speed]");
  view.times = [...(view.times ?? []), now].slice(-40);
  const span = view.times.at(-1) - view.times[0];
  const counted = moves && view.times.length === 40 && span > 0;
  if (counted && now - (view.said ?? 0) < 1000) return;
  view.said = now;
  const words = counted ? `${Math.round(39000 / span)} fps` : view.ms === undefined ? "" : `${view.ms < 10 ? view.ms.toFixed(1) : Math.round(view.ms)} ms a frame`;
  line.textContent = [words, view.painter.renderer].filter(Boolean).join(", ");
  line.hidden = false;
}

function seen(view, visible) {
  view.visible = visible;
  if (visible) touched(view);
}

function unavailable(view) {
  view.stage.dataset.state = "unavailable";
  view.canvas.hidden = true;
  for (const part of [".sun", "[data-badge]", "[data-speed]"]) view.stage.querySelector(part).hidden = true;
}

function resetLights(stage) {
  for (const light of stage.querySelectorAll("[data-light]")) light.dispatchEvent(new CustomEvent("photoplay:set", { detail: "" }));
}

// The very frame that is seen, as a picture: everything the words decided is sent along.
function keep(view) {
  const request = requestOf(view.form);
  const { duration_seconds: _length, size: _lines, ...params } = request.params;
  const explicit = { ...(view.reading?.params ?? {}), ...params, prompt: params.prompt || example(view) };
  if (request.operation === "text-to-image") explicit.size = request.params.size;
  view.form.dispatchEvent(new CustomEvent("photoplay:keep", { detail: { operation: "text-to-image", params: explicit, presets: presetsOf(view.form, "text-to-image") } }));
}
