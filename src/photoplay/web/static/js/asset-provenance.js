// Reads the credentials of the file itself, after the page is there, and says so on the picture too.

import { partial } from "./api.js";

export async function attach(section) {
  const read = await partial(section.dataset.from).catch(() => null);
  if (!read) return;
  section.replaceWith(read);
  const badge = document.querySelector("[data-badge]");
  if (!badge) return;
  badge.hidden = !read.dataset.badgeWords;
  badge.querySelector("span").textContent = read.dataset.badgeWords;
  const use = badge.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, read.dataset.whole === "yes" ? "#badge-check" : "#triangle-alert"));
}
