// Times as people read them, in the zone and the manner of whoever looks; ages by the gateway's clock.

const AGES = [[86_400_000, "d"], [3_600_000, "h"], [60_000, "min"], [1000, "s"]];
const style = (options) => new Intl.DateTimeFormat(undefined, options);
const CLOCK = style({ timeStyle: "medium" });
const MINUTE = style({ timeStyle: "short" });
const DAY = style({ weekday: "short", day: "numeric", month: "short" });
const DATE = style({ dateStyle: "medium" });
const FULL = style({ dateStyle: "medium", timeStyle: "medium" });

let aheadMs = 0;

/** Note what time it is at the gateway, whose clock may be another. */
export function serverTime(nowMs) {
  aheadMs = nowMs - Date.now();
}

/** Return the gateway's time. */
export const now = () => Date.now() + aheadMs;

/** Return how long something lasts: 12 s, 3 min, 5 h, 2 d. */
export function lengthText(ms) {
  const [length, name] = AGES.find(([each]) => ms >= each * 2) ?? [1000, "s"];
  return `${Math.max(Math.floor(ms / length), 0)} ${name}`;
}

/** Return how long ago something was. */
export function ageText(ms) {
  if (ms === null || ms === undefined) {
    return "never";
  }
  const age = now() - ms;
  return age < 2000 ? "now" : `${lengthText(age)} ago`;
}

export const clockText = (ms) => CLOCK.format(ms);
export const minuteText = (ms) => MINUTE.format(ms);
export const dayText = (ms) => DAY.format(ms);
export const dateText = (ms) => DATE.format(ms);
export const fullText = (ms) => FULL.format(ms);

/** Return the time of something, with the day where that is not today. */
export function momentText(ms) {
  const today = new Date(now()).toDateString() === new Date(ms).toDateString();
  return today ? clockText(ms) : `${dayText(ms)} ${minuteText(ms)}`;
}
