// Copies the words of another element, and says so on the button for a moment.

export function attach(button) {
  const words = button.lastChild;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    words.textContent = "Copied";
    setTimeout(() => (words.textContent = "Copy"), 2000);
  });
}
