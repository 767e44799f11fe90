// The log: what devices and the agent reported, the newest first, by least level and device.

import { make } from "./dom.js";
import { ask } from "./gateway.js";
import { fullText, momentText } from "./times.js";

const LEVELS = ["debug", "info", "warn", "error"];
const AT_ONCE = 50;
const MOST = 1000;

export class Messages {
  constructor(list, level, device, more, empty) {
    this.list = list;
    this.level = level;
    this.device = device;
    this.more = more;
    this.empty = empty;
    level.addEventListener("change", () => this.load());
    device.addEventListener("change", () => this.load());
    more.addEventListener("click", () => this.loadMore());
  }

  /** Ask for the newest. */
  async load() {
    const { messages } = await ask("/api/messages", this.wanted());
    this.list.replaceChildren(...messages.map(row));
    this.seen(messages);
  }

  async loadMore() {
    const { messages } = await ask("/api/messages", { ...this.wanted(), before_ms: this.oldestMs });
    this.list.append(...messages.map(row));
    this.seen(messages);
    this.list.focus();
  }

  /** Add one that came just now, where it is wanted. */
  add(message) {
    const { level, device } = this.wanted();
    if (LEVELS.indexOf(message.level) < LEVELS.indexOf(level) || (device && device !== message.device)) {
      return;
    }
    this.list.prepend(row(message));
    this.empty.hidden = true;
    if (this.list.children.length > MOST) {
      this.list.lastElementChild.remove();
    }
  }

  /** Offer devices to choose from. */
  offer(uids) {
    const known = new Set([...this.device.options].map((option) => option.value));
    uids.filter((uid) => !known.has(uid)).forEach((uid) => this.device.append(make("option", { value: uid }, uid)));
  }

  wanted() {
    const device = this.device.value;
    return { level: this.level.value, limit: AT_ONCE, ...(device ? { device } : {}) };
  }

  seen(messages) {
    this.oldestMs = messages.at(-1)?.ts_ms ?? this.oldestMs;
    this.more.hidden = messages.length < AT_ONCE;
    this.empty.hidden = this.list.children.length > 0;
  }
}

function row(message) {
  return make(
    "li",
    { "data-level": message.level },
    make("time", { datetime: new Date(message.ts_ms).toISOString(), title: fullText(message.ts_ms) }, momentText(message.ts_ms)),
    " ",
    make("span", { class: "badge" }, message.level),
    " ",
    make("span", { class: "from" }, message.device),
    " ",
    make("span", { class: "told" }, message.text),
  );
}
