// Round numbers and round times for axes; times are round in the zone of whoever looks.

import { clockText, minuteText } from "./times.js";

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((each) => each * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12].map((each) => each * HOUR),
  ...[1, 2, 4, 7, 14].map((each) => each * DAY),
];
const SECONDS_WIDER = 1.5; // a text with seconds is so much wider than another
const MONDAY = 4; // days after 1970-01-01
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120];
const MONTH_MS = 30 * DAY;
const MONTH = new Intl.DateTimeFormat(undefined, { month: "short" });
const YEAR = new Intl.DateTimeFormat(undefined, { year: "numeric" });
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** Return at most about so many round numbers within two. */
export function numberTicks(low, high, most) {
  const least = (high - low) / Math.max(most, 1);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * [1, 2, 5, 10].find((each) => each * power >= least * 0.999);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = [];
  const rounding = 1e-9; // -0.3 / 0.1 is less than -3 by a hair
  for (let n = Math.ceil(low / step - rounding); n <= high / step + rounding; n += 1) {
    ticks.push(Number((n * step).toFixed(Math.min(decimals, 20))));
  }
  return { ticks, decimals };
}

/** Return round times within two as [ms, text], about so many of them in a `span` of time. */
export function timeTicks(from, to, most, span = to - from) {
  const least = span / Math.max(most, 1);
  const step = STEPS.find((each) => each >= (each < MINUTE ? least * SECONDS_WIDER : least));
  const times = step ? stepTimes(from, to, step) : monthTimes(from, to, least);
  return times.map((ms) => [ms, tickText(ms, step)]);
}

function stepTimes(from, to, step) {
  const start = new Date(from);
  const times = [];
  if (step >= DAY) {
    start.setHours(0, 0, 0, 0);
    const days = step / DAY;
    start.setDate(start.getDate() - ((Math.round(start.getTime() / DAY) - MONDAY) % days));
    for (; start.getTime() <= to; start.setDate(start.getDate() + days)) {
      times.push(start.getTime());
    }
  } else {
    const offset = -start.getTimezoneOffset() * MINUTE; // whole steps of the clock on the wall
    for (let ms = Math.ceil((from + offset) / step) * step - offset; ms <= to; ms += step) {
      times.push(ms);
    }
  }
  return times.filter((ms) => ms >= from);
}

function monthTimes(from, to, least) {
  const months = MONTHS.find((each) => each * MONTH_MS >= least) ?? MONTHS.at(-1);
  const year = new Date(from).getFullYear();
  const times = [];
  for (let n = 0; ; n += months) {
    const ms = new Date(year, n, 1).getTime();
    if (ms > to) {
      return times;
    }
    if (ms >= from) {
      times.push(ms);
    }
  }
}

function tickText(ms, step) {
  const date = new Date(ms);
  if (!step) {
    return date.getMonth() === 0 ? YEAR.format(ms) : MONTH.format(ms);
  }
  const midnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
  if (step >= DAY || midnight) {
    return SHORT_DAY.format(ms);
  }
  return step < MINUTE ? clockText(ms) : minuteText(ms);
}
