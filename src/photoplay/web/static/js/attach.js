// Attaches behaviours: an element with data-js="theme-switch" gets ./theme-switch.js, whose attach(element) is called once.

const attached = new WeakMap();

async function attach(element, name) {
  const names = attached.get(element) ?? new Set();
  if (names.has(name)) return;
  attached.set(element, names.add(name));
  const behaviour = await import(`./${name}.js`);
  if (element.isConnected) behaviour.attach(element);
  element.dataset.attached = [element.dataset.attached, name].filter(Boolean).join(" ");
}

export function attachAll(root) {
  const elements = [...root.querySelectorAll("[data-js]")];
  if (root.matches?.("[data-js]")) elements.unshift(root);
  for (const element of elements) for (const name of element.dataset.js.split(" ")) attach(element, name);
}
