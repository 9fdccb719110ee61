// A short message that floats in and goes by itself, with at most one thing to press ("Undo").

export function toast(words, { action, onAction, seconds = 8 } = {}) {
  const box = document.createElement("div");
  box.className = "toast";
  box.append(Object.assign(document.createElement("span"), { textContent: words }));
  const close = () => box.remove();
  if (action) {
    const button = Object.assign(document.createElement("button"), { className: "link", type: "button", textContent: action });
    button.addEventListener("click", () => (close(), onAction()));
    box.append(button);
  }
  document.getElementById("toasts").append(box);
  setTimeout(close, seconds * 1000);
  return close;
}
