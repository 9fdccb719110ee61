// Deleting is moving to the trash, so it asks nothing: it is done, said, and can be undone.

import { api } from "./api.js";
import { toast } from "./toast.js";

const AT_ONCE = 200;
const DELETED_KEY = "photoplay:deleted";

export async function moveAssets(ids, action) {
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    await api("/api/v1/assets/bulk", { method: "POST", json: { ids: ids.slice(start, start + AT_ONCE), action } });
  }
}

// gone() takes the items off the page at once, back() puts them there again; both by the caller, who knows the page.
export async function removeWithUndo(items, { action = "delete", gone, back }) {
  const ids = items.map(({ id }) => id);
  const words = sayWhat(items, action);
  gone();
  try {
    await moveAssets(ids, action);
  } catch (error) {
    back();
    toast(error.message);
    return;
  }
  toast(words, { action: "Undo", onAction: () => undo(ids, action, back) });
}

// Deleted from its own page: the words are for the page that comes next.
export function rememberDeleted(id, title) {
  sessionStorage.setItem(DELETED_KEY, JSON.stringify({ id, title }));
}

export function sayDeleted() {
  const said = sessionStorage.getItem(DELETED_KEY);
  if (!said) return;
  sessionStorage.removeItem(DELETED_KEY);
  const { id, title } = JSON.parse(said);
  const back = () => location.assign(`/library/${id}${location.search}`);
  toast(sayWhat([{ title }], "delete"), { action: "Undo", onAction: () => undo([id], "delete", back) });
}

async function undo(ids, action, back) {
  try {
    await moveAssets(ids, action === "delete" ? "restore" : "delete");
    back();
  } catch (error) {
    toast(error.message);
  }
}

function sayWhat(items, action) {
  const what = items.length === 1 ? `"${short(items[0].title)}"` : `${items.length} items`;
  return action === "delete" ? `Moved ${what} to the trash. ${items.length === 1 ? "It stays" : "They stay"} there for ${trashDays()}.` : `Put ${what} back.`;
}

// How long the trash keeps what is put into it, in words.
export function trashDays() {
  const count = Number(document.documentElement.dataset.trashDays);
  return count === 1 ? "1 day" : `${count} days`;
}

const short = (title) => (title.length > 40 ? `${title.slice(0, 39)}...` : title);
