// One to five stars; the same star again takes them away. Kept at once.

import { api } from "./api.js";
import { toast } from "./toast.js";

export function attach(field) {
  const inputs = [...field.querySelectorAll("input")];
  let kept = Number(inputs.find((input) => input.checked)?.value ?? 0);
  const show = (stars) => inputs.forEach((input) => (input.checked = Number(input.value) === stars));
  const rate = async (stars) => {
    const before = kept;
    kept = stars;
    show(stars);
    try {
      await api(`/api/v1/assets/${field.dataset.asset}`, { method: "PATCH", json: { rating: stars } });
    } catch (error) {
      show((kept = before));
      toast(error.message);
    }
  };
  field.addEventListener("change", (event) => rate(Number(event.target.value)));
  field.addEventListener("click", (event) => event.target.matches("input") && Number(event.target.value) === kept && event.detail > 0 && rate(0));
  field.closest(".asset")?.addEventListener("photoplay:rate", (event) => rate(event.detail));
}
