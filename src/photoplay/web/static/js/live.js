// The one connection of this tab to the studio: events with an id, progress without. Reconnects, and catches up.

const events = new Set();
const progress = new Set();
const resets = new Set();
const states = new Set();
let socket = null;
let lastEventId = null;
let attempts = 0;

export const onEvent = (hear) => listen(events, hear);
export const onProgress = (hear) => listen(progress, hear);
// Called when events were missed that cannot be had again: read the rows anew.
export const onReset = (hear) => listen(resets, hear);
// Called with true or false when the connection comes or goes.
export const onConnection = (hear) => listen(states, hear);

function listen(set, hear) {
  set.add(hear);
  if (!socket) connect();
  return () => set.delete(hear);
}

function connect() {
  const address = new URL("/api/v1/events/ws", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(address);
  socket.addEventListener("message", (message) => receive(JSON.parse(message.data)));
  socket.addEventListener("close", lost);
}

function receive(message) {
  switch (message.type) {
    case "hello":
      greet(message);
      break;
    case "event":
      lastEventId = message.id;
      for (const hear of events) hear(message.event, message.data);
      break;
    case "progress":
      for (const hear of progress) hear(message.data);
      break;
    case "reset":
      lastEventId = message.last_event_id ?? lastEventId;
      for (const hear of resets) hear();
      break;
  }
}

function greet(hello) {
  attempts = 0;
  for (const hear of states) hear(true);
  if (lastEventId === null) lastEventId = hello.last_event_id;
  else if (hello.last_event_id < lastEventId) reread(hello.last_event_id);
  else if (hello.last_event_id > lastEventId) socket.send(JSON.stringify({ type: "resume", last_event_id: lastEventId }));
  else for (const hear of resets) hear();
}

function reread(id) {
  lastEventId = id;
  for (const hear of resets) hear();
}

function lost() {
  for (const hear of states) hear(false);
  attempts += 1;
  const delay = Math.min(500 * 2 ** attempts, 8000) * (0.75 + Math.random() / 2);
  setTimeout(connect, delay);
}

addEventListener("pagehide", () => socket?.removeEventListener("close", lost));
addEventListener("pageshow", (event) => event.persisted && connect());
