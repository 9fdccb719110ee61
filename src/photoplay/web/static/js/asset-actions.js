// Makes something of this asset: asks for the price of each action, and orders it at that price when it is pressed.

import { api } from "./api.js";
import { isEcho } from "./press.js";
import { toast } from "./toast.js";

export function attach(box) {
  for (const button of box.querySelectorAll("[data-operation]")) {
    price(button, box.dataset);
    button.addEventListener("click", () => order(button, box.dataset));
  }
}

// What comes of an asset stays in its campaign.
const wish = (button, { asset, campaign }) => ({
  operation: button.dataset.operation,
  model: "auto",
  params: JSON.parse(button.dataset.params),
  inputs: { source: { asset } },
  ...(campaign ? { campaign_id: campaign } : {}),
});

async function price(button, source) {
  const place = button.querySelector("[data-price]");
  try {
    const quote = await api("/api/v1/quotes", { method: "POST", json: wish(button, source) });
    button.dataset.quote = quote.token;
    place.textContent = priceWords(quote);
    button.setAttribute("aria-label", `${button.querySelector("span").textContent}, ${place.textContent}`);
    button.title = `${quote.model_name ?? quote.model}, about ${Math.max(1, Math.round(quote.estimated_seconds))} s`;
  } catch (error) {
    button.disabled = true;
    button.title = error.message;
    place.textContent = "Not now";
  }
}

function priceWords(quote) {
  if (quote.credits_required) return `${quote.credits_required} credits`;
  const [low, high] = [Number(quote.low_usd), Number(quote.high_usd)];
  if (Number(quote.total_cost_usd) === 0) return "Free";
  return low === high ? `$${high.toFixed(2)}` : `about $${Number(quote.total_cost_usd).toFixed(2)}`;
}

// One press is one order, however often it is sent.
async function order(button, source) {
  if (button.getAttribute("aria-busy") === "true" || isEcho(wish(button, source))) return;
  button.setAttribute("aria-busy", "true");
  try {
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const generation = await api("/api/v1/generations", { method: "POST", headers, json: { ...wish(button, source), quote: button.dataset.quote } });
    document.dispatchEvent(new CustomEvent("photoplay:ordered", { detail: generation }));
  } catch (error) {
    toast(error.message);
    if (error.code === "quote_expired" || error.code === "price_changed") price(button, source);
  } finally {
    button.removeAttribute("aria-busy");
  }
}
