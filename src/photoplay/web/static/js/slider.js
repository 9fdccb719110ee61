// Fills a slider up to its knob and says its value with the unit.

export function fill(slider) {
  const part = (slider.value - slider.min) / (slider.max - slider.min);
  slider.style.setProperty("--fill", `${(100 * part).toFixed(1)}%`);
}

export function attach(row) {
  const slider = row.querySelector("input");
  const show = () => {
    fill(slider);
    row.querySelector("output").value = `${slider.value} ${row.dataset.unit}`.trim();
  };
  slider.addEventListener("input", show);
  show();
}
