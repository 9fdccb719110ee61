// A sound with its waveform: bars 2 px apart, played part bright, a click jumps there. One plays at a time.

const STEP = 4;
let playing = null;

export function attach(box) {
  const sound = new Audio();
  sound.preload = "none";
  sound.src = box.dataset.src;
  const view = { box, sound, wave: box.querySelector(".audio-wave"), button: box.querySelector(".audio-play"), time: box.querySelector(".audio-time") };
  view.seconds = Number(box.dataset.seconds) || 0;
  peaksOf(box.dataset.peaks).then((peaks) => {
    view.peaks = peaks;
    new ResizeObserver(() => draw(view)).observe(view.wave);
    draw(view);
  });
  view.button.addEventListener("click", (event) => {
    event.preventDefault();
    toggle(view);
  });
  view.wave.addEventListener("click", (event) => jump(view, event));
  for (const name of ["play", "pause", "ended"]) sound.addEventListener(name, () => show(view));
  sound.addEventListener("timeupdate", () => paint(view));
}

async function peaksOf(address) {
  if (!address) return Array.from({ length: 60 }, (_, i) => 0.25 + 0.2 * Math.sin(i * 1.7) * Math.sin(i * 0.31));
  const answer = await fetch(address);
  const data = await answer.json();
  const peaks = Array.isArray(data) ? data : (data.peaks ?? data.data ?? []);
  const loudest = Math.max(...peaks.map(Math.abs), 1e-6);
  return peaks.map((peak) => Math.abs(peak) / loudest);
}

function draw(view) {
  const { clientWidth: width, clientHeight: height } = view.wave;
  if (!width || !view.peaks) return;
  const count = Math.floor(width / STEP);
  view.wave.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const bars = Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * view.peaks.length) / count);
    const to = Math.max(from + 1, Math.floor(((i + 1) * view.peaks.length) / count));
    const tall = Math.max(2, Math.max(...view.peaks.slice(from, to)) * height);
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries({ x: i * STEP, y: (height - tall) / 2, width: 2, height: tall, rx: 1 })) bar.setAttribute(name, value);
    return bar;
  });
  view.wave.replaceChildren(...bars);
  paint(view);
}

function toggle(view) {
  if (!view.sound.paused) return view.sound.pause();
  if (playing && playing !== view.sound) playing.pause();
  playing = view.sound;
  view.sound.play();
}

function jump(view, event) {
  event.preventDefault();
  const { left, width } = view.wave.getBoundingClientRect();
  const part = (event.clientX - left) / width;
  const seconds = view.sound.duration || view.seconds;
  view.sound.currentTime = part * seconds;
  if (view.sound.paused) toggle(view);
}

function show(view) {
  const use = view.button.querySelector("use");
  const name = view.sound.paused ? "play" : "pause";
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
  view.button.setAttribute("aria-label", view.button.getAttribute("aria-label").replace(/^\w+/, name === "play" ? "Play" : "Pause"));
  paint(view);
}

function paint(view) {
  const seconds = view.sound.duration || view.seconds;
  const part = seconds ? view.sound.currentTime / seconds : 0;
  const bars = view.wave.children;
  for (let i = 0; i < bars.length; i++) bars[i].classList.toggle("is-played", part > 0 && i / bars.length < part);
  const at = view.sound.currentTime > 0 ? view.sound.currentTime : view.seconds;
  view.time.textContent = `${Math.floor(at / 60)}:${String(Math.floor(at % 60)).padStart(2, "0")}`;
}
