// Where one was in the grid, kept for this tab, so that the way back from an asset leads to the same spot.

const KEY = "photoplay:place";

// opened: the asset that one goes to from here.
export function rememberPlace(search, view, opened) {
  const place = view.place();
  if (place) sessionStorage.setItem(KEY, JSON.stringify({ search, opened, ...place }));
  else sessionStorage.removeItem(KEY);
}

// The asset page moves the place along with its arrows; where one came from the grid, it stays.
export function movePlace(search, id, month) {
  const place = read();
  if (place?.search === search && place.opened === id) return;
  sessionStorage.setItem(KEY, JSON.stringify({ search, opened: id, month, share: place?.share ?? 0, offset: 160, id }));
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
