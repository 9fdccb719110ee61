// After a delete the way leads on; the next page says what was deleted and can undo it.

import { moveAssets } from "./trash.js";
import { toast } from "./toast.js";

const KEY = "photoplay:deleted";

export function attach() {
  sayDeleted();
}

export function sayDeleted() {
  const said = sessionStorage.getItem(KEY);
  if (!said) return;
  sessionStorage.removeItem(KEY);
  const { id, title } = JSON.parse(said);
  const name = title.length > 40 ? `${title.slice(0, 39)}...` : title;
  toast(`Moved "${name}" to the trash. It stays there for 30 days.`, { action: "Undo", onAction: () => undo(id) });
}

async function undo(id) {
  try {
    await moveAssets([id], "restore");
    location.assign(`/library/${id}${location.search}`);
  } catch (error) {
    toast(error.message);
  }
}
