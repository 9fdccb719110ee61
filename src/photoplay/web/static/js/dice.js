// Another seed at the press of the dice.

export const anySeed = () => Math.floor(Math.random() * 65536);

export function setField(input, value, detail) {
  input.value = value;
  input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail }));
}

export function attach(field) {
  const input = field.querySelector("input");
  field.querySelector("button").addEventListener("click", () => setField(input, anySeed()));
}
