// A loop that plays by itself, except where motion is not wanted: then its first frame stands.

export function attach(film) {
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) film.play().catch(() => {});
}
