// One generation on the page: shows progress, and asks for what its links ask for.

import { api, ApiError } from "./api.js";
import { write } from "./suggestions.js";
import { toast } from "./toast.js";

export function attach(frame) {
  const picture = frame.querySelector(".frame-picture");
  if (picture.dataset.progress) picture.style.setProperty("--progress", `${picture.dataset.progress}%`);
  frame.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) act(frame.dataset.frame, button);
  });
}

// Not every form has a place for words; then one that has is opened.
function edit(words) {
  const prompt = document.querySelector("[data-prompt]");
  if (prompt) write(prompt, words);
  else location.assign(`/create?prompt=${encodeURIComponent(words)}`);
}

async function act(id, button) {
  if (button.dataset.act === "edit") return edit(button.dataset.promptWords);
  button.disabled = true;
  try {
    const headers = button.dataset.act === "retry" ? { "Idempotency-Key": crypto.randomUUID() } : {};
    await api(`/api/v1/generations/${id}/${button.dataset.act}`, { method: "POST", headers });
    document.dispatchEvent(new CustomEvent("photoplay:stale", { detail: id }));
  } catch (error) {
    button.disabled = false;
    toast(error instanceof ApiError ? error.message : "That did not work. Nothing was charged.");
  }
}

export const inWords = (seconds) => {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  return whole < 5400 ? `${Math.round(whole / 60)} min` : `${Math.round(whole / 3600)} h`;
};

// What a progress message changes in place, without asking the server for the frame again.
export function showProgress(frame, told) {
  const percent = told.progress === null || told.progress === undefined ? null : Math.round(told.progress);
  const bar = frame.querySelector(".frame-bar");
  if (bar && percent !== null) bar.value = percent;
  if (percent !== null) frame.querySelector(".frame-picture").style.setProperty("--progress", `${percent}%`);
  put(frame, "[data-word]", told.word || "Starting");
  put(frame, "[data-percent]", percent === null ? "" : `${percent} %`);
  if (told.seconds_left !== null && told.seconds_left !== undefined) {
    put(frame, "[data-aside]", `${told.seconds_left_is_estimate ? "about " : ""}${inWords(told.seconds_left)} left`);
  }
}

function put(frame, where, words) {
  const place = frame.querySelector(where);
  if (place && place.textContent !== words) place.textContent = words;
}
