// After a delete the way leads on; the page it leads to says what was deleted and can undo it.

import { sayDeleted } from "./trash.js";

export const attach = sayDeleted;
