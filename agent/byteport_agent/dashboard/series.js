// A field's values as the API gives them, made ready for a chart: points, and runs without a gap.

/** Return points {t, mid, low, high, n}; a bucket's is in its middle. */
export function pointsOf(answer) {
  const [series] = answer.series;
  const { t, v, mean, min, max, n } = series;
  if (!answer.bucket_ms) {
    return t.map((ms, i) => ({ t: ms, mid: v[i], low: v[i], high: v[i], n: 1 }));
  }
  const half = answer.bucket_ms / 2;
  const last = answer.to_ms;
  return t.map((ms, i) => ({ t: Math.min(ms + half, last), mid: mean[i], low: min[i], high: max[i], n: n[i] }));
}

/**
 * Return the points in runs: between two runs there is a gap, where no line may be.
 * A step is usual while it is no longer than three of those beside it, or about as long as the one
 * before it in its run: an interval may have changed.
 */
export function runsOf(points, usualMs) {
  const runs = [];
  let before = 0; // the last step of this run
  points.forEach((point, i) => {
    const step = i && point.t - points[i - 1].t;
    const over = i === 0 || (step > 1.5 * before && isGap(points, i, usualMs));
    if (over) {
      runs.push([]);
    }
    before = over ? 0 : step;
    runs.at(-1).push(point);
  });
  return runs;
}

function isGap(points, i, usualMs) {
  const step = points[i].t - points[i - 1].t;
  const before = i > 1 ? points[i - 1].t - points[i - 2].t : Infinity;
  const after = i + 1 < points.length ? points[i + 1].t - points[i].t : Infinity;
  const beside = Math.min(before, after);
  return step > 3 * Math.max(usualMs, beside === Infinity ? step : beside);
}

/** Return lowest, mean and highest value and how many there are, of points within a time. */
export function figuresOf(points) {
  const count = points.reduce((sum, point) => sum + point.n, 0);
  return {
    count,
    low: Math.min(...points.map((point) => point.low)),
    high: Math.max(...points.map((point) => point.high)),
    mean: points.reduce((sum, point) => sum + point.mid * point.n, 0) / count,
  };
}

/** Return the point nearest to a time. */
export function nearest(points, ms) {
  let low = 0, high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    [low, high] = points[middle].t <= ms ? [middle, high] : [low, middle];
  }
  const [before, after] = [points[low], points[high]];
  return before && Math.abs(before.t - ms) <= Math.abs(after.t - ms) ? before : after;
}
