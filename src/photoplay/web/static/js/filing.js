// Files many under a campaign, or under none. It is for sorting only, so it asks nothing: it is done, said, and can be undone.

import { api } from "./api.js";
import { toast } from "./toast.js";

const AT_ONCE = 200;

// items are those of the grid; name is the campaign's, empty for none. Gives whether they are filed now.
export async function fileUnder(items, { campaign, name }) {
  const before = Map.groupBy(items, (item) => item.campaign ?? null);
  try {
    const filed = await file(items.map(({ id }) => id), campaign || null);
    const what = items.length === 1 ? "1 item" : `${items.length} items`;
    if (filed === 0) toast(name ? `${what} stood under "${name}" already.` : `${what} stood under no campaign already.`);
    else toast(name ? `Filed ${what} under "${name}".` : `Filed ${what} under no campaign.`, { action: "Undo", onAction: () => undo(before) });
    return true;
  } catch (error) {
    toast(error.message);
    return false;
  }
}

async function undo(before) {
  try {
    for (const [campaign, items] of before) await file(items.map(({ id }) => id), campaign);
    toast("Everything stands where it stood.");
  } catch (error) {
    toast(error.message);
  }
}

async function file(ids, campaign) {
  let filed = 0;
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const json = { action: "file", ids: ids.slice(start, start + AT_ONCE), campaign };
    filed += (await api("/api/v1/assets/bulk", { method: "POST", json })).ids.length;
  }
  return filed;
}
