// A short listen to one sound at a time: a button whose icon is "play" until it sounds.

let playing = null;

export function hear(button) {
  if (playing?.button === button) return playing.sound.pause();
  playing?.sound.pause();
  const sound = new Audio(button.dataset.hear);
  const first = button.getAttribute("aria-label");
  const show = (icon, words) => {
    const use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
    button.setAttribute("aria-label", words);
  };
  const mine = { button, sound };
  const rest = () => {
    show("play", first);
    if (playing === mine) playing = null;
  };
  for (const name of ["pause", "ended", "error"]) sound.addEventListener(name, rest, { once: true });
  playing = mine;
  show("pause", first.replace(/^Play/, "Stop"));
  sound.play().catch(rest);
}

// Nothing sounds on once its button is gone.
export const hush = () => playing?.sound.pause();
