// Where one was in the grid, kept for this tab, so that the way back from an asset leads to the same spot.

const KEY = "photoplay:place";

export function rememberPlace(search, view) {
  const place = view.place();
  if (place) sessionStorage.setItem(KEY, JSON.stringify({ search, ...place }));
  else sessionStorage.removeItem(KEY);
}

// The asset page moves the place along with its arrows.
export function movePlace(search, id, month) {
  const place = read();
  sessionStorage.setItem(KEY, JSON.stringify({ search, month, share: place?.share ?? 0, offset: 160, ...(place?.search === search && place.id === id ? place : {}), id }));
}

// Only for those who come back: by the browser's arrows, by a reload, or from an asset.
export function recallPlace(search) {
  const place = read();
  const [{ type }] = performance.getEntriesByType("navigation");
  const comesBack = type !== "navigate" || /\/library\/\w+/.test(document.referrer);
  return comesBack && place?.search === search ? place : null;
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}
