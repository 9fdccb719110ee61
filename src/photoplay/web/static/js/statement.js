// The balance and the statement, read again whenever something was held, charged or given.

import { ask } from "./api.js";
import { attachAll } from "./attach.js";
import { onEvent, onReset } from "./live.js";

const NEWS = /^(generation\.(queued|succeeded|failed|cancelled)|credits\.granted)$/;

export function attach(page) {
  let asked = null;
  const read = async () => {
    if (page.contains(document.activeElement) && document.activeElement.matches("input")) return;
    const answer = await ask(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(page.id);
    if (!fresh) return;
    page.replaceChildren(...fresh.childNodes);
    attachAll(page);
  };
  const soon = () => {
    clearTimeout(asked);
    asked = setTimeout(() => read().catch(() => {}), 800);
  };
  onEvent((event) => NEWS.test(event) && soon());
  onReset(soon);
}
