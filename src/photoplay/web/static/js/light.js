// A slider beside the picture. Until it is touched the words decide, and the named field stays empty.

import { fill } from "./slider.js";

const spoken = {
  hour: (value) => `${String(Math.floor(value) % 24).padStart(2, "0")}:${String(Math.floor((value % 1) * 60)).padStart(2, "0")}`,
  sun: (value) => (Math.abs(value) < 0.02 ? "middle" : `${Math.round(Math.abs(value) * 100)} % ${value < 0 ? "left" : "right"}`),
  part: (value) => `${Math.round(value * 100)} %`,
};

export const hourInWords = (hour) => spoken.hour(Number(hour));

export function attach(light) {
  const slider = light.querySelector(".slider");
  const field = light.querySelector("input[type=hidden]");
  const say = spoken[light.dataset.light] ?? spoken.part;
  if (field.value !== "") slider.value = field.value;
  const show = () => {
    light.classList.toggle("is-unset", field.value === "");
    light.querySelector("output").value = say(Number(slider.value));
    fill(slider);
  };
  slider.addEventListener("input", () => set(slider.value));
  const set = (value) => {
    field.value = value;
    if (value !== "") slider.value = value;
    show();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.form?.dispatchEvent(new CustomEvent("photoplay:light"));
  };
  // Set by a person (the sun in the picture) ...
  light.addEventListener("photoplay:set", (event) => set(event.detail));
  // ... or read from the words, which only moves the knob.
  light.addEventListener("photoplay:read", (event) => {
    if (field.value !== "") return;
    slider.value = event.detail;
    show();
  });
  show();
}
