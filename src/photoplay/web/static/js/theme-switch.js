// Turns the theme: system, dark, light. Kept in a cookie, so that the server draws the next page right at once.

const ORDER = ["system", "dark", "light"];
const ICONS = { system: "monitor", dark: "moon", light: "sun" };

export function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  document.dispatchEvent(new CustomEvent("photoplay:theme", { detail: theme }));
}

export function attach(button) {
  const show = () => {
    const theme = document.documentElement.dataset.theme;
    const use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${ICONS[theme]}`));
    button.title = `Theme: ${theme}`;
    button.setAttribute("aria-label", button.title);
  };
  button.addEventListener("click", () => {
    const now = ORDER.indexOf(document.documentElement.dataset.theme);
    setTheme(ORDER[(now + 1) % ORDER.length]);
  });
  document.addEventListener("photoplay:theme", show);
}
