// The password, for a session.

import { find, setText } from "./dom.js";
import { ask, post } from "./gateway.js";

const NOT_SET = "No password is set yet: “byteport-agent set-password” on the gateway sets one.";

async function begin() {
  const session = await ask("/api/session");
  if (!session.password || session.logged_in) {
    location.replace("/");
  }
  setText(find("trouble"), session.password_set ? "" : NOT_SET);
}

async function logIn() {
  setText(find("trouble"), "");
  try {
    await post("/api/login", { password: find("password").value });
    location.replace("/");
  } catch (error) {
    setText(find("trouble"), told(error));
    find("password").select();
  }
}

function told({ status, message, retryAfter }) {
  if (status === 429) {
    return `Too many wrong passwords: wait ${retryAfter} s.`;
  }
  return message.charAt(0).toUpperCase() + message.slice(1) + ".";
}

find("form").addEventListener("submit", (event) => {
  event.preventDefault();
  logIn();
});
begin().catch((error) => setText(find("trouble"), told(error)));
