// What the gateway tells without being asked, and whether it still does.

import { ask, toLogin } from "./gateway.js";
import { serverTime } from "./times.js";

const SILENT_MS = 25_000; // a status comes every 10 s
const LOOK_MS = 2000;
const RETRY_MS = 3000;
const EVENTS = ["hello", "values", "message", "problems", "status"];

/**
 * Call handlers by the name of an event with its data; `changed` gets "live" or "lost".
 * After each connection comes a hello: whoever needs to know all asks for it then.
 */
export function follow(handlers, changed) {
  let stream = null;
  let heardAt = Date.now();
  let retry = 0;

  function open() {
    stream?.close();
    heardAt = Date.now();
    stream = new EventSource("/api/live");
    for (const name of EVENTS) {
      stream.addEventListener(name, heard);
    }
    stream.addEventListener("error", () => lose(stream.readyState === EventSource.CLOSED));
  }

  function heard(event) {
    const data = JSON.parse(event.data);
    heardAt = Date.now();
    if (data.now_ms) {
      serverTime(data.now_ms);
    }
    changed("live");
    handlers[event.type]?.(data);
  }

  function lose(closed) {
    changed("lost");
    if (closed) {
      clearTimeout(retry);
      retry = setTimeout(again, RETRY_MS); // the browser itself gives up after a refusal
    }
  }

  async function again() {
    try {
      const session = await ask("/api/session");
      if (session.password && !session.logged_in) {
        toLogin();
      }
      open();
    } catch {
      lose(true);
    }
  }

  setInterval(() => {
    if (Date.now() - heardAt > SILENT_MS) {
      lose(false);
      open();
    }
  }, LOOK_MS);
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
}
