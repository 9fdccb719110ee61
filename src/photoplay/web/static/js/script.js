// The stage of speech and music: the words in large type while one writes, how long they take, and a drawn wave.

const WORDS_A_SECOND = 2.5;

export function attach(stage) {
  const prompt = document.querySelector("[data-prompt]");
  const script = stage.querySelector("[data-script]");
  const count = stage.querySelector("[data-script-count]");
  const note = count.textContent;
  const show = () => {
    const words = prompt.value.trim();
    script.textContent = words || script.dataset.empty;
    script.classList.toggle("is-empty", !words);
    count.textContent = stage.dataset.kind === "speech" && words ? spoken(words, note) : note;
    draw(stage.querySelector("[data-wave]"), words || script.dataset.empty);
  };
  for (const kind of ["input", "filled"]) prompt.addEventListener(kind, show);
  show();
}

function spoken(words, note) {
  const many = words.split(/\s+/).length;
  return `${many} ${many === 1 ? "word" : "words"}, about ${Math.max(1, Math.round(many / WORDS_A_SECOND))} s. ${note}`;
}

// An ornament from the letters, not the sound: it stands still.
function draw(wave, words) {
  const bars = 107;
  let noise = [...words].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) >>> 0, 7);
  const shapes = Array.from({ length: bars }, (_, i) => {
    noise = (noise * 1664525 + 1013904223) >>> 0;
    const arch = Math.sin((Math.PI * (i + 1)) / (bars + 1));
    const tall = 4 + 112 * arch * (0.15 + 0.85 * (noise / 2 ** 32) ** 1.6);
    return `<rect x="${i * 6}" y="${60 - tall / 2}" width="2.5" height="${tall}" rx="1.2"/>`;
  });
  wave.innerHTML = shapes.join("");
}
