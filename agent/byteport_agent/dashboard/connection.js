// Whether the page is up to date, and since when it is not; the way out.

import { find, setText } from "./dom.js";
import { ask, post, toLogin } from "./gateway.js";
import { clockText, lengthText, now } from "./times.js";

let lostMs = null;

/** Show that the gateway answers ("live"), or does not ("lost"). */
export function showConnection(state) {
  const lost = state === "lost";
  if (lost === (lostMs !== null)) {
    if (!lost) {
      setText(find("connection"), "Live");
    }
    return;
  }
  lostMs = lost ? now() : null;
  document.body.classList.toggle("lost", lost);
  find("connection").dataset.state = state;
  setText(find("connection"), lost ? "Offline" : "Live");
  find("lost").hidden = !lost;
  const since = clockText(lostMs ?? now());
  setText(find("lost-text"), lost ? `The connection is lost: what you see is as of ${since}.` : "");
  refreshConnection();
}

/** Show for how long it is lost; outside of what a screen reader is told. */
export function refreshConnection() {
  if (lostMs !== null) {
    setText(find("lost-age"), `${lengthText(now() - lostMs)} ago. Trying again …`);
  }
}

/** Offer to log out, where there is a session. */
export async function offerLogOut() {
  const button = find("log-out");
  button.hidden = !(await ask("/api/session")).logged_in;
  button.addEventListener("click", async () => {
    await post("/api/logout");
    toLogin();
  });
}
