// A voice is heard before it is chosen: the studio fetches the vendor's sample, the page never leaves the machine.

import { toast } from "./toast.js";

let playing = null;

export function attach(box) {
  const samples = JSON.parse(box.dataset.samples);
  const select = box.querySelector("select");
  const button = box.querySelector("[data-hear]");
  if (!button) return;
  const sound = new Audio();
  sound.preload = "none";
  const show = () => {
    button.hidden = !samples[select.value];
    const name = sound.paused ? "volume-2" : "pause";
    const use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
    button.setAttribute("aria-label", sound.paused ? "Hear this voice" : "Stop");
  };
  for (const name of ["play", "pause", "ended"]) sound.addEventListener(name, show);
  select.addEventListener("change", () => (sound.pause(), show()));
  button.addEventListener("click", () => {
    if (!sound.paused) return sound.pause();
    playing?.pause();
    playing = sound;
    sound.src = samples[select.value];
    sound.play().catch((error) => error.name === "AbortError" || toast("This voice has no sample that can be heard now."));
  });
  show();
}
