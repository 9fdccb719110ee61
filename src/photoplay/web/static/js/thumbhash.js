// A thumbhash (about 25 bytes, base64) to the blurred picture that stands in a tile until the real one is there.

const EDGE = 24;

export function paintHash(canvas, base64) {
  const hash = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const { width, height, pixels } = decode(hash);
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
}

export function decode(hash) {
  const head = readHead(hash);
  const read = coefficients(hash, head.hasAlpha ? 6 : 5);
  const planes = {
    l: read(head.lx, head.ly, head.lScale),
    p: read(3, 3, head.pScale * 1.25),
    q: read(3, 3, head.qScale * 1.25),
    a: head.hasAlpha ? read(5, 5, head.aScale) : [],
  };
  const width = Math.round(head.ratio > 1 ? EDGE : EDGE * head.ratio);
  const height = Math.round(head.ratio > 1 ? EDGE / head.ratio : EDGE);
  return { width, height, pixels: colours(head, planes, width, height) };
}

function readHead(hash) {
  const first = hash[0] | (hash[1] << 8) | (hash[2] << 16);
  const second = hash[3] | (hash[4] << 8);
  const hasAlpha = first >> 23 !== 0;
  const landscape = second >> 15 !== 0;
  const wide = hasAlpha ? 5 : 7;
  const lx = landscape ? wide : second & 7;
  const ly = landscape ? second & 7 : wide;
  return {
    hasAlpha,
    l: (first & 63) / 63,
    p: ((first >> 6) & 63) / 31.5 - 1,
    q: ((first >> 12) & 63) / 31.5 - 1,
    a: hasAlpha ? (hash[5] & 15) / 15 : 1,
    lScale: ((first >> 18) & 31) / 31,
    pScale: ((second >> 3) & 63) / 63,
    qScale: ((second >> 9) & 63) / 63,
    aScale: hasAlpha ? (hash[5] >> 4) / 15 : 0,
    lx: Math.max(3, lx),
    ly: Math.max(3, ly),
    ratio: lx / ly,
  };
}

// Four bits each, in the order the encoder wrote them: l, p, q, then alpha.
function coefficients(hash, start) {
  let index = 0;
  return (nx, ny, scale) => {
    const found = [];
    for (let cy = 0; cy < ny; cy++) {
      for (let cx = cy ? 0 : 1; cx * ny < nx * (ny - cy); cx++) {
        const byte = hash[start + (index >> 1)];
        found.push((((byte >> ((index & 1) << 2)) & 15) / 7.5 - 1) * scale);
        index++;
      }
    }
    return found;
  };
}

function waves(count, edge) {
  return Array.from({ length: edge }, (_, at) => Float32Array.from({ length: count }, (_, n) => Math.cos((Math.PI / edge) * (at + 0.5) * n)));
}

function sum(plane, nx, ny, fx, fy) {
  let value = 0;
  let index = 0;
  for (let cy = 0; cy < ny; cy++) {
    const weight = fy[cy] * 2;
    for (let cx = cy ? 0 : 1; cx * ny < nx * (ny - cy); cx++) value += plane[index++] * fx[cx] * weight;
  }
  return value;
}

function colours(head, planes, width, height) {
  const pixels = new Uint8ClampedArray(width * height * 4);
  const across = waves(Math.max(head.lx, 5), width);
  const down = waves(Math.max(head.ly, 5), height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const l = head.l + sum(planes.l, head.lx, head.ly, across[x], down[y]);
      const p = head.p + sum(planes.p, 3, 3, across[x], down[y]);
      const q = head.q + sum(planes.q, 3, 3, across[x], down[y]);
      const blue = l - (2 / 3) * p;
      const red = (3 * l - blue + q) / 2;
      pixels[at] = red * 255;
      pixels[at + 1] = (red - q) * 255;
      pixels[at + 2] = blue * 255;
      pixels[at + 3] = (head.hasAlpha ? head.a + sum(planes.a, 5, 5, across[x], down[y]) : 1) * 255;
    }
  }
  return pixels;
}
