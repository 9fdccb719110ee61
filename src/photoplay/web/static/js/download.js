// Saves files under their names, one after the other, as a browser allows it.

const PAUSE_MS = 350;

export async function saveAll(items) {
  for (const item of items) {
    save(`/api/v1/assets/${item.id}/file?rendition=original`);
    if (items.length > 1) await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

export function save(address) {
  const link = Object.assign(document.createElement("a"), { href: address, download: "" });
  link.click();
}
