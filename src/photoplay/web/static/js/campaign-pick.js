// The campaign that was chosen last stays chosen in this browser, until another one is, or none.

const KEPT_AS = "photoplay.campaign";

function kept() {
  try {
    return localStorage.getItem(KEPT_AS) ?? "";
  } catch {
    return "";
  }
}

function keep(id) {
  try {
    localStorage.setItem(KEPT_AS, id);
  } catch {
    // A full or forbidden storage only means that a reload forgets.
  }
}

export function attach(select) {
  if (select.hasAttribute("data-asked")) keep(select.value);
  else if ([...select.options].some((option) => option.value === kept())) select.value = kept();
  select.addEventListener("change", () => keep(select.value));
}
