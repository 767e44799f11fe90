// The first page: asks for all there is at each connection, then goes on with what it is told.

import { offerLogOut, refreshConnection, showConnection } from "./connection.js";
import { DeviceSection } from "./device.js";
import { find, repeat, setText } from "./dom.js";
import { ask } from "./gateway.js";
import { follow } from "./live.js";
import { Messages } from "./messages.js";
import { showOutputs } from "./outputs.js";
import { Problems } from "./problems.js";
import { lengthText, momentText, now } from "./times.js";
import { setTitle } from "./title.js";
import { shown } from "./units.js";

const MOST_OPEN = 8; // devices
const MANY_FIELDS = 24;
const CURVES = { "1h": ["-1h", 60], "1d": ["-24h", 24], "7d": ["-7d", 168] };
const CURVES_MS = { "1h": 60_000, "1d": 600_000, "7d": 1_800_000 };
const LEAST_RELOAD_MS = 1000;
const YOUNG_MS = 6 * 3_600_000; // a history of which a day's curve would show little

const sections = new Map();
const problems = new Problems(find("problems"), find("problems-status"), find("problems-list"));
const messages = new Messages(
  find("messages"), find("level"), find("message-device"), find("more-messages"), find("no-messages"),
);
let status = null;
let loadedMs = 0;
let loading = 0;
let curvesMs = 0;

const curves = document.querySelectorAll("input[name=curve]");
const curve = () => document.querySelector("input[name=curve]:checked").value;

async function load() {
  loadedMs = Date.now();
  const [answer, newest] = await Promise.all([ask("/api/devices"), ask("/api/status")]);
  showStatus(newest);
  const withField = new Set(answer.devices.flatMap((each) => each.fields.map((field) => field.sensor)));
  const others = newest.sensors.filter((sensor) => !withField.has(sensor.name));
  for (const device of answer.devices) {
    showDevice(device, device.own ? others : [], answer.devices.length <= MOST_OPEN);
  }
  const fields = answer.devices.reduce((sum, each) => sum + each.fields.length, 0);
  find("search").hidden = fields <= MANY_FIELDS;
  find("nothing").hidden = fields + others.length > 0;
  messages.offer(answer.devices.map((each) => each.uid));
}

/** Load again, soon and not too often, because something is not as it was. */
function loadSoon() {
  if (!loading) {
    const wait = Math.max(loadedMs + LEAST_RELOAD_MS - Date.now(), 0);
    loading = setTimeout(() => {
      loading = 0;
      load().catch(() => {}); // the stream tells that the gateway is gone
    }, wait);
  }
}

function showDevice(device, others, open) {
  const known = sections.get(device.uid);
  if (known) {
    known.update(device, others);
    return;
  }
  if (!device.fields.length && !others.length && device.own) {
    return; // an agent without sensors, for boards alone
  }
  const section = new DeviceSection(device, open || device.own, () => CURVES[curve()]);
  section.update(device, others);
  sections.set(device.uid, section);
  find("devices").append(section.element);
}

function showStatus(newest) {
  if (!status) {
    chooseCurve(newest.gateway.history.first_ms);
  }
  if (status?.sensors.some((each, n) => each.state !== newest.sensors[n]?.state)) {
    loadSoon();
  }
  status = newest;
  setText(find("device"), newest.device);
  setText(find("namespace"), newest.namespace);
  setTitle({ name: `${newest.device} – byteport-agent` });
  showOutputs(find("outputs"), newest.outputs);
  setText(find("about"), about(newest));
}

function about({ version, uptime_ms, gateway }) {
  const { bytes, first_ms } = gateway.history;
  const size = shown(String(bytes), bytes, "B");
  const since = first_ms === null ? "" : ` since ${momentText(first_ms)}`;
  return `byteport-agent ${version}, running for ${lengthText(uptime_ms)}. History${since}: ${size.value} ${size.unit}.`;
}

function take({ values }) {
  let known = true;
  for (const [device, name, text, tsMs] of values) {
    known = (sections.get(device)?.take(name, text, tsMs) ?? false) && known;
  }
  if (!known) {
    loadSoon();
  }
}

function loadCurves() {
  curvesMs = Date.now();
  sections.forEach((section) => section.loadCurves().catch(() => {}));
}

function search() {
  const text = find("search-text").value.toLowerCase();
  for (const [uid, section] of sections) {
    const whole = uid.toLowerCase().includes(text);
    let some = whole;
    if (text && section.device.fields.some((each) => each.name.toLowerCase().includes(text))) {
      some = section.element.open = true;
      section.show();
    }
    for (const [name, tile] of section.tiles) {
      tile.element.hidden = !(whole || name.toLowerCase().includes(text));
    }
    section.element.hidden = !some;
  }
}

/** Show what was chosen before; else a day, or an hour where there is not more yet. */
function chooseCurve(firstMs) {
  const usual = firstMs === null || now() - firstMs < YOUNG_MS ? "1h" : "1d";
  const chosen = localStorage.getItem("curve") ?? usual;
  curves.forEach((input) => (input.checked = input.value === chosen));
}

for (const input of curves) {
  input.addEventListener("change", () => {
    localStorage.setItem("curve", curve());
    loadCurves();
  });
}
find("search-text").addEventListener("input", search);

follow(
  {
    hello: () => {
      loadSoon();
      messages.load().catch(() => {});
      ask("/api/problems").then((answer) => problems.show(answer.problems), () => {});
    },
    values: take,
    message: (message) => messages.add(message),
    problems: (data) => {
      problems.show(data.problems);
      loadSoon();
    },
    status: showStatus,
  },
  showConnection,
);

repeat(() => {
  sections.forEach((section) => section.refresh());
  problems.refresh();
  refreshConnection();
  if (curvesMs + CURVES_MS[curve()] < Date.now()) {
    loadCurves();
  }
}, 1000);
offerLogOut().catch(() => {});
