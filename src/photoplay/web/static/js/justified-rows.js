// Rows of pictures with nothing cropped: every row fills the width, its height is near the target, the last is not stretched.

// aspects: width over height. Gives { boxes: [{ x, y, width, height, row }], height, open }, where `open` says that the last row is not full.
export function justify(aspects, { width, target, gap }) {
  const boxes = [];
  let y = 0;
  let row = 0;
  let from = 0;
  while (from < aspects.length) {
    const { to, height, full } = nextRow(aspects, from, { width, target, gap });
    place(boxes, aspects, { from, to, y, height, width, gap, row, full });
    from = to;
    y += height + gap;
    row += 1;
    if (from >= aspects.length) return { boxes, height: y - gap, open: !full };
  }
  return { boxes, height: 0, open: false };
}

// Takes pictures until the row is full; the last one is left for the next row when that brings the height nearer to the target.
function nextRow(aspects, from, { width, target, gap }) {
  let sum = 0;
  let before = Infinity;
  for (let to = from; to < aspects.length; to++) {
    sum += aspects[to];
    const height = (width - gap * (to - from)) / sum;
    if (height <= target) {
      const leave = to > from && before - target < target - height;
      return { to: leave ? to : to + 1, height: Math.round(leave ? before : height), full: true };
    }
    before = height;
  }
  return { to: aspects.length, height: target, full: false };
}

function place(boxes, aspects, { from, to, y, height, width, gap, row, full }) {
  const sum = aspects.slice(from, to).reduce((total, aspect) => total + aspect, 0);
  const scale = full ? (width - gap * (to - from - 1)) / sum : height;
  let exact = 0;
  for (let index = from; index < to; index++) {
    const x = Math.round(exact);
    exact += aspects[index] * scale;
    boxes.push({ x, y, width: Math.max(1, Math.round(exact) - x), height, row });
    exact += gap;
  }
}

// The height that `count` pictures of a usual aspect will take: a guess until they are there.
export function guessHeight(count, aspect, { width, target, gap }) {
  const perRow = Math.max(1, (width + gap) / (aspect * target + gap));
  return Math.ceil(count / perRow) * (target + gap) - gap;
}
