// An offer that goes by itself after ten seconds, unless somebody points at it. A reload does not bring it back.

const SECONDS = 10;

export function attach(offer) {
  const bare = new URL(location.href);
  bare.searchParams.delete("removed");
  history.replaceState(history.state, "", bare);
  const pass = () => (offer.matches(":hover, :focus-within") ? setTimeout(pass, 1000) : offer.remove());
  setTimeout(pass, SECONDS * 1000);
}
