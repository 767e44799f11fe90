// One field over time: its value now, a chart of any time, and the same as a table and as CSV.

import { offerLogOut, refreshConnection, showConnection } from "./connection.js";
import { find, repeat, setText } from "./dom.js";
import { address, ask } from "./gateway.js";
import { LineChart } from "./line_chart.js";
import { follow } from "./live.js";
import { pictureOf } from "./picture.js";
import { loadPlotly, PlotlyChart } from "./plotly_chart.js";
import { figuresOf, pointsOf } from "./series.js";
import { ageText, dateText, fullText, lengthText, momentText } from "./times.js";
import { setTitle } from "./title.js";
import { decimalsOf, numberOf, numberText, shown } from "./units.js";
import { fillTable } from "./value_table.js";
import { View } from "./view.js";

const DAY_MS = 86_400_000;
const SOON_MS = 120; // a wheel turns in many steps
const STEPS = 400; // of a span that goes on: as often the chart is drawn again
const LONGEST_MS = 60_000;

const given = new URLSearchParams(location.search);
const device = given.get("device") ?? "", name = given.get("field") ?? "";
const view = new View(DAY_MS, changed);
let about = { unit: "", value: "", ts_ms: null };
let answer = null;
let chart = new LineChart(find("chart"), pointed);
let asking = null, soon = 0, loadedMs = 0;
let hasNews = false; // since the chart was loaded
let plotlyAsked = false;

function changed() {
  showView();
  if (answer) {
    drawChart();
  }
  clearTimeout(soon);
  soon = setTimeout(load, SOON_MS);
}

/** Ask for what the view shows and as much beside it, so that it can be moved at once. */
async function load() {
  asking?.abort();
  asking = new AbortController();
  loadedMs = Date.now();
  hasNews = false;
  const { from, to, span } = view;
  const query = { device, field: name, from: Math.round(Math.max(from - span / 2, 0)), to: Math.round(to + span / 2) };
  const width = Math.max(find("chart").clientWidth, 300);
  try {
    answer = await ask("/api/series", { ...query, points: Math.min(Math.round(width * 1.5), 5000) }, asking.signal);
  } catch (error) {
    if (error.name !== "AbortError") {
      setText(find("trouble"), error.status === 404 ? "There is no such field here." : error.message);
    }
    return;
  }
  setText(find("trouble"), "");
  drawChart();
  if (find("table-part").open) {
    await showTable();
  }
}

function drawChart() {
  const [series] = answer.series;
  const isText = series.kind === "text";
  document.body.classList.toggle("text", isText);
  if (isText) {
    find("table-part").open = true;
    return;
  }
  const usualMs = Math.max(series.interval_ms, answer.bucket_ms);
  const picture = pictureOf(pointsOf(answer), view, about.unit, usualMs);
  find("empty").hidden = picture.seen.length > 0;
  chart.draw(picture);
  showFigures(picture);
  usePlotly().catch(() => {}); // then the plain chart stays
}

function showFigures(picture) {
  if (!picture.seen.length) {
    ["low", "mean", "high"].forEach((id) => setText(find(id), "–"));
    setText(find("count"), "0");
    find("chart").setAttribute("aria-label", `${name}: no values from ${fullText(view.from)} to ${fullText(view.to)}`);
    return;
  }
  const figures = figuresOf(picture.seen);
  for (const id of ["low", "mean", "high"]) {
    setText(find(id), valueText(figures[id]));
  }
  setText(find("count"), numberText(figures.count, 0));
  const range = `lowest ${valueText(figures.low)}, mean ${valueText(figures.mean)}, highest ${valueText(figures.high)}`;
  find("chart").setAttribute("aria-label", `${name} from ${fullText(view.from)} to ${fullText(view.to)}: ${range}. The table below has the values.`);
}

/** Return a number as the field's own values are written. */
function valueText(number) {
  const { value, unit } = shown(number.toFixed(decimalsOf(about.value)), number, about.unit);
  return `${value} ${unit}`.trim();
}

function pointed(point) {
  if (!point) {
    setText(find("readout"), "");
    return;
  }
  const { divisor } = pictureOf([point], view, "", 0);
  const scale = chart.picture.divisor / divisor;
  const range = point.low === point.high ? "" : ` (${valueText(point.low * scale)} to ${valueText(point.high * scale)})`;
  setText(find("readout"), `${fullText(point.t)}: ${valueText(point.mid * scale)}${range}`);
}

function showView() {
  const { from, to, span, follows } = view;
  setText(find("time"), follows ? `The last ${spanText(span)}` : `${periodText(from, span)} to ${periodText(to, span)}`);
  for (const button of document.querySelectorAll("[data-span]")) {
    button.setAttribute("aria-pressed", Math.abs(Number(button.dataset.span) - span) < 1000);
  }
  find("later").disabled = find("newest").disabled = follows;
  find("csv").href = address("/api/export.csv", { device, field: name, from: Math.round(from), to: Math.round(to) });
}

const spanText = (ms) => lengthText(ms);
const periodText = (ms, span) => (span > 20 * DAY_MS ? dateText(ms) : momentText(ms));

async function showTable() {
  const query = { device, field: name, from: Math.round(view.from), to: Math.round(view.to) };
  await fillTable(find("table"), query, about.unit, decimalsOf(about.value));
}

async function showField() {
  const { devices } = await ask("/api/devices", { device });
  const field = devices[0]?.fields.find((each) => each.name === name);
  if (!field) {
    return;
  }
  about = field;
  const fine = field.state === "ok" || field.state === "starting";
  find("now").dataset.state = field.state;
  setText(find("state"), fine ? "" : field.state);
  setText(find("reason"), fine ? "" : field.reason);
  setText(find("sensor"), field.sensor ? `${device}, sensor ${field.sensor}` : device);
  showValue();
  if (field.length) {
    const whole = await ask("/api/value", { device, field: name });
    setText(find("value"), whole.value);
  }
}

function showValue() {
  const { value, unit } = shown(about.value, numberOf(about.value), about.unit);
  setText(find("value"), value);
  setText(find("unit"), unit);
  find("now").classList.toggle("text", numberOf(about.value) === null);
  refresh();
}

function refresh() {
  setText(find("age"), about.ts_ms === null ? "" : ageText(about.ts_ms));
  refreshConnection();
}

function take({ values }) {
  const row = values.find(([itsDevice, itsField]) => itsDevice === device && itsField === name);
  if (row) {
    Object.assign(about, { value: row[2], ts_ms: row[3] });
    showValue();
    hasNews = true;
  }
}

/** Have a chart that ends now go on: with each value, but no more often than it is seen. */
function goOn() {
  const ageMs = Date.now() - loadedMs;
  if (view.follows && ageMs > view.span / STEPS && (hasNews || ageMs > LONGEST_MS)) {
    load();
  }
}

/** Have plotly.js draw from now on; until it is there the plain chart does. */
async function usePlotly() {
  const path = document.body.dataset.plotly;
  find("without-plotly").hidden = path !== "";
  if (!path || plotlyAsked) {
    return;
  }
  plotlyAsked = true;
  const plotly = await loadPlotly(path);
  find("with-plotly").hidden = false;
  chart.close();
  chart = new PlotlyChart(plotly, find("chart"), (from, to) => view.set(from, to), pointed);
  drawChart();
}

setText(find("name"), name);
setTitle({ name: `${name} – ${device} – byteport-agent` });
for (const button of document.querySelectorAll("[data-span]")) {
  button.addEventListener("click", () => view.last(Number(button.dataset.span)));
}
for (const [id, action] of [
  ["earlier", () => view.move(-0.5)],
  ["later", () => view.move(0.5)],
  ["out", () => view.zoom(2)],
  ["in", () => view.zoom(0.5)],
  ["newest", () => view.last(view.span)],
]) {
  find(id).addEventListener("click", action);
}
find("table-part").addEventListener("toggle", () => find("table-part").open && showTable());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => answer && drawChart());

follow(
  {
    hello: () => {
      showField().then(load, () => {});
    },
    values: take,
    problems: () => showField().catch(() => {}),
  },
  showConnection,
);
showView();
load();
repeat(() => {
  refresh();
  goOn();
}, 1000);
offerLogOut().catch(() => {});
