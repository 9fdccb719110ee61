// The peer of the renditions bench: node sharp.mjs picture out runs [{"format": "webp", "options": {}, "width": 256}]
// Prints {"seconds": [...], "bytes": [...], "peak_mb": n}. sharp is found in the current folder.
import { createRequire } from "node:module";
import { statSync } from "node:fs";

const sharp = createRequire(process.cwd() + "/")("sharp");
const [picture, out, runs, wanted] = process.argv.slice(2);
const seconds = [];
for (let run = 0; run < Number(runs); run += 1) {
  const began = performance.now();
  await Promise.all(
    JSON.parse(wanted).map((one, index) => {
      const resized = one.width ? sharp(picture).resize(one.width) : sharp(picture);
      return resized[one.format](one.options).toFile(`${out}/${index}.${one.format}`);
    }),
  );
  seconds.push((performance.now() - began) / 1000);
}
const bytes = JSON.parse(wanted).map((one, index) => statSync(`${out}/${index}.${one.format}`).size);
console.log(JSON.stringify({ seconds, bytes, peak_mb: process.resourceUsage().maxRSS / 1000 }));
