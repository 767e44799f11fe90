// A chart as SVG, for where plotly is not installed: curve, range, axes, and the point under a pointer.

import { numberTicks, timeTicks } from "./axes.js";
import { draw } from "./dom.js";
import { nearest } from "./series.js";
import { numberText } from "./units.js";

const LEFT = 56, RIGHT = 12, TOP = 26, BOTTOM = 28;
const TICK_WIDTH = 80, TICK_HEIGHT = 48;

export class LineChart {
  /** `pointed` gets the point under a pointer, or null. */
  constructor(container, pointed) {
    this.container = container;
    this.pointed = pointed;
    this.svg = draw("svg", { class: "line-chart" });
    container.replaceChildren(this.svg);
    this.observer = new ResizeObserver(() => this.picture && this.draw(this.picture));
    this.observer.observe(container);
    this.svg.addEventListener("pointermove", (event) => this.point(event.offsetX));
    this.svg.addEventListener("pointerleave", () => this.point(null));
  }

  close() {
    this.observer.disconnect();
  }

  draw(picture) {
    this.picture = picture;
    const { width, height } = this.container.getBoundingClientRect();
    this.width = width;
    this.height = height;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.rule = draw("line", { class: "rule", y1: TOP, y2: height - BOTTOM, visibility: "hidden" });
    const parts = [...this.grid(), ...this.curves(), this.rule];
    this.svg.replaceChildren(draw("clipPath", { id: "plot" }, this.frame()), ...parts);
  }

  x(ms) {
    const { from, to } = this.picture;
    return LEFT + ((ms - from) / (to - from)) * (this.width - LEFT - RIGHT);
  }

  y(value) {
    const { low, high } = this.picture;
    return this.height - BOTTOM - ((value - low) / (high - low)) * (this.height - TOP - BOTTOM);
  }

  frame() {
    const size = { width: Math.max(this.width - LEFT - RIGHT, 0), height: Math.max(this.height - TOP - BOTTOM, 0) };
    return draw("rect", { x: LEFT, y: TOP, ...size });
  }

  grid() {
    const { from, to, low, high, unit } = this.picture;
    const { ticks, decimals } = numberTicks(low, high, this.height / TICK_HEIGHT);
    const lines = ticks.flatMap((value) => {
      const y = this.y(value);
      return [
        draw("line", { class: "grid", x1: LEFT, x2: this.width - RIGHT, y1: y, y2: y }),
        draw("text", { x: LEFT - 8, y: y + 4, "text-anchor": "end" }, numberText(value, decimals)),
      ];
    });
    const times = timeTicks(from, to, this.width / TICK_WIDTH).flatMap(([ms, text]) => {
      const x = this.x(ms);
      return [
        draw("line", { class: "grid", x1: x, x2: x, y1: TOP, y2: this.height - BOTTOM }),
        draw("text", { x, y: this.height - 8, "text-anchor": "middle" }, text),
      ];
    });
    return [...lines, ...times, draw("text", { x: 2, y: TOP - 12 }, unit)];
  }

  curves() {
    const { runs, hasBand } = this.picture;
    const at = (value) => (point) => `${this.x(point.t).toFixed(1)} ${this.y(point[value]).toFixed(1)}`;
    const band = runs.map((run) => `M${[...run.map(at("high")), ...run.toReversed().map(at("low"))].join("L")}Z`);
    const line = runs.map((run) => `M${run.map(at("mid")).join("L")}${run.length === 1 ? "h.01" : ""}`);
    return [
      ...(hasBand ? [draw("path", { class: "band", d: band.join(""), "clip-path": "url(#plot)" })] : []),
      draw("path", { class: "line", d: line.join(""), "clip-path": "url(#plot)" }),
    ];
  }

  point(x) {
    const { points, from, to } = this.picture ?? { points: [] };
    const inside = x !== null && points.length && x >= LEFT && x <= this.width - RIGHT;
    const point = inside ? nearest(points, from + ((x - LEFT) / (this.width - LEFT - RIGHT)) * (to - from)) : null;
    if (point) {
      this.rule.setAttribute("x1", this.x(point.t));
      this.rule.setAttribute("x2", this.x(point.t));
    }
    this.rule?.setAttribute("visibility", point ? "visible" : "hidden");
    this.pointed(point);
  }
}
