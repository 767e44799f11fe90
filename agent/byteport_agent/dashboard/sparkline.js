// A small curve without axes: equal steps of time, null where there is nothing.

import { draw } from "./dom.js";

export const WIDTH = 100;
export const HEIGHT = 28;
const MARGIN = 2;

export function sparkline() {
  return draw(
    "svg",
    { class: "sparkline", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("path", { class: "area" }),
    draw("path", { class: "line" }),
  );
}

/** Draw values at equal steps, the newest last; shares of 1 as bars from the ground. */
export function drawSparkline(svg, values, shares = false) {
  const points = shares ? bars(values) : placed(values);
  const [area, line] = svg.children;
  line.setAttribute("d", points.map((run) => `M${run.map(pair).join("L")}${run.length === 1 ? "h.01" : ""}`).join(""));
  area.setAttribute("d", points.filter((run) => run.length > 1).map(closed).join(""));
}

function bars(values) {
  const step = WIDTH / values.length;
  const top = (value) => HEIGHT - 1 - (value ?? 0) * (HEIGHT - MARGIN);
  return [values.flatMap((value, n) => [[n * step, top(value)], [(n + 1) * step, top(value)]])];
}

function placed(values) {
  const numbers = values.filter((value) => value !== null);
  const low = Math.min(...numbers), high = Math.max(...numbers);
  const size = high - low || 1;
  const middle = high === low ? 0.5 : 0;
  const step = (WIDTH - 1) / Math.max(values.length - 1, 1); // so that a point at the end is seen
  const runs = [];
  values.forEach((value, n) => {
    if (value === null) {
      return;
    }
    if (n === 0 || values[n - 1] === null) {
      runs.push([]);
    }
    const y = HEIGHT - MARGIN - ((value - low) / size + middle) * (HEIGHT - 2 * MARGIN);
    runs.at(-1).push([n * step, y]);
  });
  return runs;
}

const pair = ([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`;

function closed(run) {
  return `M${run[0][0].toFixed(2)} ${HEIGHT}L${run.map(pair).join("L")}L${run.at(-1)[0].toFixed(2)} ${HEIGHT}Z`;
}
