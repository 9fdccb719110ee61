// Attaches behaviours: an element with data-js="theme-switch" gets ./theme-switch.js, whose attach(element) is called once.
// While some are on their way, the page says so: <html data-attaching>.

const attached = new WeakMap();
let onTheirWay = 0;

async function attach(element, name) {
  const names = attached.get(element) ?? new Set();
  if (names.has(name)) return;
  attached.set(element, names.add(name));
  count(1);
  try {
    const behaviour = await import(`./${name}.js`);
    if (element.isConnected) behaviour.attach(element);
    element.dataset.attached = [element.dataset.attached, name].filter(Boolean).join(" ");
  } finally {
    count(-1);
  }
}

function count(more) {
  onTheirWay += more;
  document.documentElement.toggleAttribute("data-attaching", onTheirWay > 0);
}

export function attachAll(root) {
  const elements = [...root.querySelectorAll("[data-js]")];
  if (root.matches?.("[data-js]")) elements.unshift(root);
  for (const element of elements) for (const name of element.dataset.js.split(" ")) attach(element, name);
}
