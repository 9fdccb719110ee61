// The title becomes a field when one asks for it; Enter keeps it, Esc leaves it as it was.

import { api } from "./api.js";
import { toast } from "./toast.js";

const MOST = 200;

export function attach(heading) {
  const shown = heading.querySelector("[data-title]");
  const button = heading.querySelector("button");
  const edit = () => {
    const field = Object.assign(document.createElement("input"), { className: "title-field", value: shown.textContent, maxLength: MOST });
    field.setAttribute("aria-label", "Title");
    heading.replaceChildren(field);
    field.select();
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") field.blur();
      if (event.key === "Escape") (field.value = shown.textContent), field.blur();
      event.stopPropagation();
    });
    field.addEventListener("blur", () => leave(field.value.trim()), { once: true });
  };
  const leave = async (title) => {
    heading.replaceChildren(shown, button);
    const before = shown.textContent;
    if (!title || title === before) return;
    shown.textContent = title;
    try {
      await api(`/api/v1/assets/${heading.dataset.asset}`, { method: "PATCH", json: { title } });
      document.title = `${title} - Photoplay`;
    } catch (error) {
      shown.textContent = before;
      toast(error.message);
    }
  };
  button.addEventListener("click", edit);
  shown.addEventListener("dblclick", edit);
}
