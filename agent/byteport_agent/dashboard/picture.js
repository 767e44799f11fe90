// What a chart shows, whoever draws it: runs of points within a time, and a range of values.

import { runsOf } from "./series.js";
import { scaleOf } from "./units.js";

const ROOM = 0.08; // of the range, above and below

/** Return {from, to, points, runs, low, high, divisor, unit, hasBand}; values are scaled. */
export function pictureOf(points, view, unit, usualMs) {
  const seen = points.filter((point) => point.t >= view.from && point.t <= view.to);
  const all = seen.length ? seen : points;
  const low = Math.min(...all.map((point) => point.low));
  const high = Math.max(...all.map((point) => point.high));
  const { divisor, name } = scaleOf(unit, Math.max(Math.abs(low), Math.abs(high)));
  const scaled = points.map((point) => ({
    ...point,
    mid: point.mid / divisor,
    low: point.low / divisor,
    high: point.high / divisor,
  }));
  return {
    from: view.from,
    to: view.to,
    seen,
    points: scaled,
    runs: runsOf(scaled, usualMs),
    ...range(low / divisor, high / divisor),
    divisor,
    unit: name,
    hasBand: points.some((point) => point.low !== point.high),
  };
}

function range(low, high) {
  const size = high - low || Math.abs(high) * 0.02 || 1;
  return { low: low - size * ROOM, high: high + size * ROOM };
}
