// The time that a chart shows: a span that ends now and moves along, or one that stays.
// It stands in the address, so that it survives a reload and can be passed on.

import { now } from "./times.js";

const LEAST_MS = 10_000;
const MOST_MS = 4000 * 86_400_000;
const NEAR_NOW = 0.02; // of the span: what ends so close to now goes on with it

export class View {
  constructor(span, changed) {
    this.span = span;
    this.end = null; // null: now
    this.changed = changed;
    this.read();
    addEventListener("hashchange", () => {
      this.read();
      this.changed();
    });
  }

  get to() {
    return this.end ?? now();
  }

  get from() {
    return this.to - this.span;
  }

  get follows() {
    return this.end === null;
  }

  /** Show the last so many milliseconds, and go on. */
  last(span) {
    this.set(now() - span, now());
  }

  /** Show a time; it is kept within what can be. */
  set(from, to) {
    const span = Math.min(Math.max(to - from, LEAST_MS), MOST_MS);
    const middle = (from + to) / 2;
    const end = Math.min(middle + span / 2, now());
    this.span = span;
    this.end = end > now() - span * NEAR_NOW ? null : end;
    this.write();
    this.changed();
  }

  /** Show a longer time (a factor above 1) or a shorter one; what ends now goes on doing so. */
  zoom(factor) {
    const to = this.follows ? this.to : this.to - (this.span * (1 - factor)) / 2;
    this.set(to - this.span * factor, to);
  }

  /** Move on by a part of the span, or back. */
  move(part) {
    this.set(this.from + this.span * part, this.to + this.span * part);
  }

  read() {
    const given = new URLSearchParams(location.hash.slice(1));
    const span = Number(given.get("span"));
    const to = Number(given.get("to"));
    if (span >= LEAST_MS && span <= MOST_MS) {
      this.span = span;
      this.end = to > 0 && to < now() ? to : null;
    }
  }

  write() {
    const hash = new URLSearchParams({ span: Math.round(this.span) });
    if (!this.follows) {
      hash.set("to", Math.round(this.end));
    }
    history.replaceState(null, "", `${location.pathname}${location.search}#${hash}`);
  }
}
