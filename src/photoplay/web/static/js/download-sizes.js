// Says how large each file to save is, when the list is opened and the file is there.

import { ask } from "./api.js";

export function attach(list) {
  list.addEventListener("toggle", (event) => event.newState === "open" && list.querySelectorAll("[data-file]").forEach(measure));
}

async function measure(row) {
  const place = row.querySelector("[data-size]");
  if (!row.dataset.file || /\d/.test(place.textContent)) return;
  const answer = await ask(row.dataset.file, { method: "HEAD" }).catch(() => null);
  const bytes = Number(answer?.headers.get("content-length"));
  if (answer?.ok && bytes) place.textContent = bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
