// Finds the sun in a painted picture: a small spot that is brighter than what is around it, near a given side.

const REACH = 0.07;
const TALLEST = 0.16;
const BRIGHTER = 0.03;

// How far down the spot stands (0 top, 1 bottom), or null where none is plain to see. `across` is 0 to 1.
export async function brightSpot(canvas, across) {
  const { width, height } = canvas;
  const from = Math.max(0, Math.round((across - REACH) * width));
  const wide = Math.min(width - from, Math.round(2 * REACH * width));
  if (wide < 4) return null;
  const pixels = await strip(canvas, from, wide);
  const rows = Array.from({ length: height }, (_, row) => brightest(pixels, row, wide));
  const top = Math.max(...rows.slice(0, Math.round(height * 0.75)));
  const first = rows.findIndex((light) => light >= top - 0.02);
  let last = first;
  while (last + 1 < height && rows[last + 1] >= top - 0.02) last += 1;
  const above = rows[Math.max(0, first - Math.round(height * 0.06))];
  const isSpot = first > 2 && (last - first) / height < TALLEST && top - above > BRIGHTER && top > 0.75;
  return isSpot ? (first + last) / 2 / height : null;
}

// The pixels of a strip, its rows from top to bottom. Copied beside the drawing context, so that painting is not held up.
async function strip(canvas, from, wide) {
  const bitmap = await createImageBitmap(canvas, from, 0, wide, canvas.height);
  const copy = new OffscreenCanvas(wide, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(bitmap, 0, 0);
  bitmap.close();
  return copy.getImageData(0, 0, wide, canvas.height).data;
}

function brightest(pixels, row, wide) {
  let most = 0;
  for (let at = row * wide * 4; at < (row + 1) * wide * 4; at += 4) {
    most = Math.max(most, 0.3 * pixels[at] + 0.6 * pixels[at + 1] + 0.1 * pixels[at + 2]);
  }
  return most / 255;
}
