// Another seed at the press of the dice.

export const anySeed = () => Math.floor(Math.random() * 65536);

export function setField(input, value) {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

export function attach(field) {
  const input = field.querySelector("input");
  field.querySelector("button").addEventListener("click", () => setField(input, anySeed()));
}
