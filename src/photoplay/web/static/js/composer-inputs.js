// Inputs of Create from anywhere: a file from this machine, pasted or dropped, an address, something from the library.
// Each becomes an asset first, so a file that is no good is told here, and nothing that was typed is lost.

import { api, ask } from "./api.js";
import { addressWith, go } from "./create-address.js";
import { hear, hush } from "./hear.js";
import { maskAsset } from "./mask-painter.js";

const OURS = /\/(?:library|media|api\/v1\/assets)\/(ast_[a-z0-9]+)/;
const PAUSE_MS = 250;
let now = null;

export function attach(composer) {
  const popover = composer.querySelector("#add-input");
  const view = { composer, popover, form: composer.querySelector("form"), role: "" };
  now = view;
  composer.addEventListener("click", (event) => clicked(view, event));
  if (!popover) return;
  popover.addEventListener("toggle", (event) => event.newState === "open" && opened(view));
  view.file = popover.querySelector("[data-file]");
  view.file.addEventListener("change", (event) => {
    event.stopPropagation();
    takeFiles(view, [...view.file.files]);
    view.file.value = "";
  });
  listen(view);
}

function listen(view) {
  const address = view.popover.querySelector("[data-address-field]");
  const search = view.popover.querySelector("[data-library-search]");
  for (const field of [address, search]) for (const kind of ["input", "change"]) field.addEventListener(kind, (event) => event.stopPropagation());
  search.addEventListener("input", () => {
    clearTimeout(view.waiting);
    view.waiting = setTimeout(() => showLibrary(view, search.value), PAUSE_MS);
  });
  view.popover.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    if (event.target === address) takeAddress(view, address.value);
    else showLibrary(view, search.value);
  });
}

function clicked(view, event) {
  const button = event.target.closest("button");
  if (!button) return;
  const { dataset } = button;
  if ("hear" in dataset) hear(button);
  if ("add" in dataset) view.role = dataset.add;
  if ("remove" in dataset) change(inputsNow(view).filter((value) => value !== dataset.remove));
  if ("upload" in dataset) view.file.click();
  if ("fetch" in dataset) takeAddress(view, view.popover.querySelector("[data-address-field]").value);
  if ("pick" in dataset) add(view, [{ id: dataset.pick, kind: dataset.kind }]);
  if ("paint" in dataset) paint(view);
}

const inputsNow = (view) => [...view.form.querySelectorAll("[name=input][data-role]")].map((field) => field.value);

const change = (inputs) => go(addressWith({ input: inputs }));

function opened(view) {
  view.popover.querySelector("[data-add-said]").textContent = "";
  showLibrary(view, view.popover.querySelector("[data-library-search]").value);
}

// The kinds of media that the role takes which asked; without one, all that can be an input.
const kindsFor = (view) => view.form.querySelector(`[data-add="${view.role}"][data-kind]`)?.dataset.kind ?? (view.form.dataset.media === "audio" ? "audio" : "image,video");

async function showLibrary(view, words) {
  const query = new URLSearchParams({ kinds: kindsFor(view), q: words });
  const turn = (view.turn = (view.turn ?? 0) + 1);
  const answer = await ask(`/create/library?${query}`).catch(() => null);
  if (!answer?.ok || turn !== view.turn) return;
  view.popover.querySelector("[data-library]").innerHTML = await answer.text();
}

// New inputs take the role that asked, or a place of their kind; where all are taken, the last one gives way.
function add(view, assets) {
  let inputs = inputsNow(view);
  const slot = view.form.querySelector(`[data-add="${view.role}"][data-kind]`);
  for (const { id, kind } of assets) {
    if (view.role && slot && slot.dataset.kind === kind) {
      inputs = [...inputs, `${view.role}:${id}`];
      continue;
    }
    const hasRoom = view.form.querySelector(`.input.is-empty[data-kind="${kind}"]`);
    const alike = [...view.form.querySelectorAll(`[name=input][data-role]`)].at(-1)?.value;
    if (!inputs.length || hasRoom) inputs = [...inputs, id];
    else if (view.form.querySelector(`.ways`) && !fitsHere(view, kind)) inputs = [id];
    else inputs = [...inputs.filter((value) => value !== alike), id];
  }
  view.role = "";
  hush();
  view.popover.hidePopover();
  change(inputs);
}

const fitsHere = (view, kind) => view.form.querySelector(`[name=input][data-kind="${kind}"]`) !== null;

async function takeFiles(view, files) {
  if (!files.length) return;
  const taken = [];
  for (const [at, file] of files.entries()) {
    say(view, `Taking in ${file.name || "the picture"}${files.length > 1 ? ` (${at + 1} of ${files.length})` : ""}...`, false);
    const headers = { "X-Upload-Name": encodeURIComponent(file.name || "Pasted picture"), "Content-Type": "application/octet-stream" };
    const made = await api("/api/v1/assets", { method: "POST", body: file, headers }).catch((error) => refused(view, file.name, error));
    if (made) taken.push(made);
  }
  fits(view, taken);
}

async function takeAddress(view, address) {
  const words = address.trim();
  if (!words) return;
  const own = ownAsset(words);
  if (own) return fits(view, [await api(`/api/v1/assets/${own}`).catch((error) => refused(view, "", error))].filter(Boolean));
  say(view, "Fetching it...", false);
  const made = await api("/create/inputs", { method: "POST", json: { address: words } }).catch((error) => refused(view, "", error));
  if (made) fits(view, [made]);
}

const ownAsset = (address) => (address.startsWith("/") || address.startsWith(location.origin) ? OURS.exec(address)?.[1] : null);

function fits(view, assets) {
  if (!assets.length) return;
  say(view, "", false);
  add(view, assets);
}

function refused(view, name, error) {
  say(view, [name ? `${name}:` : "", error.message, ...Object.values(error.fields ?? {})].filter(Boolean).join(" "), true);
}

// Said where one looks: in the open popover, else beside the inputs.
function say(view, words, wrong) {
  const isOpen = view.popover.matches(":popover-open");
  const line = view.composer.querySelector(isOpen ? "[data-add-said]" : "[data-input-said]");
  line.textContent = words;
  line.classList.toggle("is-failed", wrong);
  if (!isOpen) line.closest("[data-inputs]").hidden = !words && !view.form.querySelector(".input");
}

async function paint(view) {
  const source = view.form.querySelector("[data-source-file]");
  const present = view.form.querySelector("[name=input][data-role=mask]")?.value.slice("mask:".length);
  const made = await maskAsset({ ...source.dataset, mask: present });
  if (made) change([...inputsNow(view).filter((value) => !value.startsWith("mask:")), `mask:${made.id}`]);
}

// Paste and drop work on the whole page, also while one types; words that are pasted stay words.
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!ready() || !files.length) return;
  event.preventDefault();
  takeFiles(now, files);
});

const ready = () => now?.popover && now.composer.isConnected && !document.querySelector("dialog:modal");

const carries = (event) => ready() && ["Files", "text/uri-list"].some((type) => event.dataTransfer?.types.includes(type));

document.addEventListener("dragover", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  now.composer.classList.add("is-dropping");
});

document.addEventListener("dragleave", (event) => event.relatedTarget === null && now?.composer.classList.remove("is-dropping"));

document.addEventListener("drop", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  now.composer.classList.remove("is-dropping");
  now.role = event.target.closest?.("[data-add]")?.dataset.add ?? "";
  const files = [...event.dataTransfer.files];
  const address = event.dataTransfer.getData("text/uri-list").split("\n").find((line) => line && !line.startsWith("#"));
  if (files.length) takeFiles(now, files);
  else if (address) takeAddress(now, address);
});
