// Tells a press from its echo: a double click, or Enter held down, asks for the same thing again within a blink and is one press.

const BLINK_MS = 500;
let last = { words: "", at: -BLINK_MS };

export function isEcho(request) {
  const words = JSON.stringify(request);
  const at = performance.now();
  if (words === last.words && at - last.at < BLINK_MS) return true;
  last = { words, at };
  return false;
}
