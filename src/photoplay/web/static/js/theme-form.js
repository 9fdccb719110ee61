// The theme on the settings page, at once.

import { setTheme } from "./theme-switch.js";

export function attach(form) {
  form.addEventListener("change", () => setTheme(new FormData(form).get("theme")));
  document.addEventListener("photoplay:theme", (event) => {
    form.elements.theme.value = event.detail;
  });
}
