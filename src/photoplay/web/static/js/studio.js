// The start of every page: attaches what the page asks for by data-js, also in what htmx brings later.

import { attachAll } from "./attach.js";

document.documentElement.classList.add("has-scripts");
attachAll(document);
document.addEventListener("htmx:load", (event) => attachAll(event.detail.elt));
