// A field for a long text that is a file: chosen by a button or dropped, its words go into the field.

const MOST_BYTES = 900_000;

export function attach(field) {
  const text = field.querySelector("textarea");
  const chooser = document.createElement("input");
  chooser.type = "file";
  chooser.accept = ".json,application/json";
  chooser.hidden = true;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = "Choose a file";
  button.addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => take(chooser.files[0]));
  field.append(chooser, button);

  async function take(file) {
    if (!file) return;
    if (file.size > MOST_BYTES) {
      text.setCustomValidity("This file is too large for a workflow.");
      text.reportValidity();
      return;
    }
    text.setCustomValidity("");
    text.value = await file.text();
    const name = text.form.elements.reference;
    if (name && !name.value) name.value = file.name.replace(/\.json$/i, "");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  field.addEventListener("dragover", (event) => {
    event.preventDefault();
    field.classList.add("is-over");
  });
  field.addEventListener("dragleave", () => field.classList.remove("is-over"));
  field.addEventListener("drop", (event) => {
    event.preventDefault();
    field.classList.remove("is-over");
    take(event.dataTransfer.files[0]);
  });
}
