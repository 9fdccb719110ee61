// The money in the top bar, read again whenever something was ordered or ended.

import { partial } from "./api.js";
import { onEvent, onReset } from "./live.js";

export function attach(line) {
  let asked = null;
  const read = async () => {
    line.replaceChildren(...(await partial("/money")).childNodes);
  };
  const soon = () => {
    clearTimeout(asked);
    asked = setTimeout(() => read().catch(() => {}), 1000);
  };
  onEvent((event) => /^(generation\.(queued|succeeded|failed|cancelled)|credits\.granted)$/.test(event) && soon());
  onReset(soon);
}
