// A film plays muted while one points at it or reaches it by keyboard. Not where motion is not wanted.

export function attach(link) {
  const film = link.querySelector("video");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const play = () => !still.matches && film.play().catch(() => {});
  const stop = () => {
    film.pause();
    film.currentTime = 0;
    film.load();
  };
  for (const name of ["pointerenter", "focus"]) link.addEventListener(name, play);
  for (const name of ["pointerleave", "blur"]) link.addEventListener(name, stop);
}
