// Says quietly that the connection is lost, once it has been lost for more than a blink.

import { onConnection } from "./live.js";

export function attach(banner) {
  let waiting = null;
  onConnection((connected) => {
    clearTimeout(waiting);
    if (connected) banner.hidden = true;
    else waiting = setTimeout(() => (banner.hidden = false), 600);
  });
}
