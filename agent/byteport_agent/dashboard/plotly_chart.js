// The same chart by plotly.js, to be moved and zoomed with pointer and wheel.

import { numberTicks, timeTicks } from "./axes.js";
import { numberText } from "./units.js";

const CONFIG = { displayModeBar: false, scrollZoom: true, doubleClick: false, responsive: true };
const LEFT = 56;
const TICK_WIDTH = 80, TICK_HEIGHT = 48;

/** Load plotly.js from this gateway and return it. */
export function loadPlotly(path) {
  const create = document.createElement;
  // Its map part brings a style element, which the page's policy would refuse with an error, and
  // which no chart here needs: while it loads, such an element is one without effect.
  document.createElement = (name, ...rest) => create.call(document, name === "style" ? "template" : name, ...rest);
  return new Promise((resolve, reject) => {
    const script = create.call(document, "script");
    script.src = path;
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => reject(new Error("plotly.js did not load")));
    document.head.append(script);
  }).finally(() => {
    delete document.createElement;
  });
}

export class PlotlyChart {
  /** `moved` gets the time that was moved or zoomed to, `pointed` the point under a pointer. */
  constructor(plotly, container, moved, pointed) {
    this.plotly = plotly;
    this.container = container;
    this.moved = moved;
    this.pointed = pointed;
    this.listens = false;
    container.replaceChildren();
  }

  draw(picture) {
    this.picture = picture;
    this.plotly.react(this.container, traces(picture), this.layout(picture), CONFIG);
    if (!this.listens) {
      this.listens = true;
      this.container.on("plotly_relayout", (change) => this.relayout(change));
      this.container.on("plotly_hover", ({ xvals }) => this.hover(xvals[0]));
      this.container.on("plotly_unhover", () => this.pointed(null));
    }
  }

  close() {
    this.plotly.purge(this.container);
  }

  layout(picture) {
    const { from, to, low, high } = picture;
    const { width, height } = this.container.getBoundingClientRect();
    const span = to - from;
    const times = timeTicks(from - span, to + span, width / TICK_WIDTH, span);
    const { ticks, decimals } = numberTicks(low, high, height / TICK_HEIGHT);
    const axis = { gridcolor: color("--line"), zeroline: false, linecolor: color("--line") };
    return {
      autosize: true,
      dragmode: "pan",
      hovermode: "x",
      showlegend: false,
      margin: { l: LEFT, r: 12, t: 26, b: 28 },
      paper_bgcolor: "transparent",
      plot_bgcolor: "transparent",
      font: { color: color("--quiet"), size: 13, family: getComputedStyle(document.body).fontFamily },
      xaxis: {
        ...axis,
        range: [from, to],
        tickvals: times.map(([ms]) => ms),
        ticktext: times.map(([, text]) => text),
        tickangle: 0,
        showspikes: true,
        spikemode: "across",
        spikesnap: "data",
        spikethickness: 1,
        spikedash: "solid",
        spikecolor: color("--quiet"),
      },
      yaxis: {
        ...axis,
        range: [low, high],
        fixedrange: true,
        tickvals: ticks,
        ticktext: ticks.map((value) => numberText(value, decimals)),
      },
      annotations: [unitNote(picture.unit)],
    };
  }

  relayout(change) {
    const from = change["xaxis.range[0]"], to = change["xaxis.range[1]"];
    if (from !== undefined && to !== undefined) {
      this.moved(from, to);
    }
  }

  hover(ms) {
    const { points } = this.picture;
    this.pointed(points.reduce((best, each) => (Math.abs(each.t - ms) < Math.abs(best.t - ms) ? each : best), points[0]));
  }
}

function traces({ runs, hasBand }) {
  const line = { type: "scatter", hoverinfo: "none", line: { color: color("--data"), width: 1.75 } };
  const joined = (values) => runs.flatMap((run) => [...values(run), null]);
  const single = runs.filter((run) => run.length === 1).flat();
  const drawn = [
    { ...line, mode: "lines", x: joined((run) => run.map((p) => p.t)), y: joined((run) => run.map((p) => p.mid)) },
    {
      ...line,
      mode: "markers",
      marker: { color: color("--data"), size: 5 },
      x: single.map((p) => p.t),
      y: single.map((p) => p.mid),
    },
  ];
  if (!hasBand) {
    return drawn;
  }
  const band = {
    type: "scatter",
    mode: "lines",
    hoverinfo: "skip",
    fill: "toself",
    fillcolor: color("--band"),
    line: { width: 0 },
    x: joined((run) => [...run, ...run.toReversed()].map((p) => p.t)),
    y: joined((run) => [...run.map((p) => p.high), ...run.toReversed().map((p) => p.low)]),
  };
  return [band, ...drawn];
}

function unitNote(text) {
  const place = { xref: "paper", yref: "paper", x: 0, y: 1, xanchor: "left", yanchor: "bottom", xshift: 2 - LEFT };
  return { text: text.replace(/[<&]/g, ""), showarrow: false, ...place };
}

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
