// The sun in the picture: a ring that is dragged, or moved by the arrow keys. Across is its side, up and down its hour.

import { brightSpot } from "./bright-spot.js";
import { hourInWords } from "./light.js";

const NOON = 12.75;
const HALF_DAY = 6.9;
const HIGHEST = 62;
// Where the horizon stands in most scenes (part of the height), and how far above it the ring may go.
const HORIZON = 0.48;
const SKY = 0.4;
// How far from the middle the sun stands at u_sun = 1 (part of half the width).
const SIDE = 0.85;
const tangent = (degrees) => Math.tan((degrees * Math.PI) / 180);

// The height of the sun as the scenes have it: sunrise 5.9 h, sunset 19.6 h, noon 62 degrees.
const elevation = (hour) => HIGHEST * Math.cos((Math.PI / 2) * (Math.abs(((hour - NOON + 36) % 24) - 12) / HALF_DAY));

// Low in the sky the ring lies on the sun as the scenes draw it; high up, where the sun has left the picture, it nears the upper edge.
const downOf = (hour) => HORIZON - SKY * Math.tanh(tangent(Math.max(-12, elevation(hour))) / SKY);

function hourAt(down, before) {
  const up = Math.min(0.96, Math.max(-0.96, (HORIZON - down) / SKY));
  const height = (Math.atan(SKY * Math.atanh(up)) * 180) / Math.PI;
  const away = (HALF_DAY * Math.acos(Math.min(1, height / HIGHEST))) / (Math.PI / 2);
  return (((before < NOON ? NOON - away : NOON + away) % 24) + 24) % 24;
}

const HIGH_ENOUGH = 0.5;
const TOO_HIGH = 24;

// Where a scene's horizon stands differs by its seed. Where the sun is seen, the ring learns from the picture how far off it is.
async function calibrate(view, scene, uniforms) {
  const height = elevation(uniforms.u_hour);
  const key = `${scene} ${uniforms.u_seed} ${view.canvas.width / view.canvas.height}`;
  if (view.key !== key) Object.assign(view, { key, off: 0 });
  if (height < HIGH_ENOUGH || height > TOO_HIGH) return;
  const found = await brightSpot(view.canvas, 0.5 + (SIDE * sideOf(uniforms)) / 2);
  if (found !== null && view.key === key) view.off = found - downOf(uniforms.u_hour);
}

const sideOf = (uniforms) => (Array.isArray(uniforms.u_sun) ? uniforms.u_sun[0] : uniforms.u_sun);

export function attachSun(stage, moved) {
  const ring = stage.querySelector(".sun");
  const canvas = stage.querySelector("canvas");
  const lights = { hour: stage.querySelector("[data-light=hour]"), sun: stage.querySelector("[data-light=sun]") };
  if (!lights.hour || !lights.sun) return { show: () => {}, calibrate: () => {} };
  const now = { hour: NOON, sun: 0 };
  const view = { ring, canvas, now, off: 0, key: "", isFound: false };
  const set = (name, value) => {
    now[name] = value;
    lights[name].dispatchEvent(new CustomEvent("photoplay:set", { detail: Number(value.toFixed(3)) }));
    moved();
  };
  ring.addEventListener("pointerdown", (event) => {
    ring.setPointerCapture(event.pointerId);
    ring.focus({ preventScroll: true });
  });
  ring.addEventListener("pointermove", (event) => {
    if (!ring.hasPointerCapture(event.pointerId)) return;
    const at = canvas.getBoundingClientRect();
    set("sun", Math.min(1, Math.max(-1, ((2 * (event.clientX - at.left)) / at.width - 1) / SIDE)));
    set("hour", hourAt((event.clientY - at.top) / at.height - view.off, now.hour));
  });
  ring.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: ["sun", -0.05], ArrowRight: ["sun", 0.05], ArrowUp: ["hour", now.hour < NOON ? 0.25 : -0.25], ArrowDown: ["hour", now.hour < NOON ? -0.25 : 0.25] }[event.key];
    if (!step) return;
    event.preventDefault();
    const value = now[step[0]] + step[1];
    set(step[0], step[0] === "sun" ? Math.min(1, Math.max(-1, value)) : (value + 24) % 24);
  });
  return {
    show: (uniforms) => show(view, uniforms),
    calibrate: async (scene, uniforms) => {
      await calibrate(view, scene, uniforms);
      view.isFound = true;
      show(view, uniforms);
    },
  };
}

// The ring is seen from the first picture on, on its sun.
function show({ ring, canvas, now, off, isFound }, uniforms) {
  now.hour = uniforms.u_hour;
  now.sun = sideOf(uniforms);
  const across = canvas.offsetLeft + ((SIDE * now.sun + 1) / 2) * canvas.offsetWidth;
  const down = canvas.offsetTop + Math.min(0.94, Math.max(0.06, downOf(now.hour) + off)) * canvas.offsetHeight;
  ring.style.transform = `translate(${across}px, ${down}px)`;
  ring.classList.toggle("is-right", across > canvas.offsetLeft + canvas.offsetWidth * 0.75);
  ring.hidden = !isFound;
  const words = `${elevation(now.hour) < -8 ? "Moon" : "Sun"} ${hourInWords(now.hour)}`;
  const badge = ring.querySelector("[data-sun-word]");
  if (badge.textContent === words) return;
  badge.textContent = words;
  ring.setAttribute("aria-label", `${words}. Arrow keys move it.`);
}
