// The count of what runs, in the rail and as a dot on the phone's tab.

import { api } from "./api.js";
import { onEvent, onReset } from "./live.js";

const counters = new Set();
let asked = null;

function recount() {
  clearTimeout(asked);
  asked = setTimeout(async () => {
    const { items } = await api("/api/v1/generations?status=running&limit=100");
    for (const element of counters) {
      element.hidden = items.length === 0;
      element.querySelector("[data-running]").textContent = items.length;
    }
  }, 200);
}

onEvent((event) => event.startsWith("generation.") && recount());
onReset(recount);

export function attach(element) {
  counters.add(element);
}
