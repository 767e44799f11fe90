// One device and its fields. One that is closed is a line, and asks the gateway for nothing.

import { make, setText } from "./dom.js";
import { ask } from "./gateway.js";
import { missing, Tile } from "./tile.js";
import { ageText } from "./times.js";

export class DeviceSection {
  /** `span` tells what the curves show, as [from, points]. */
  constructor(device, open, span) {
    this.uid = device.uid;
    this.span = span;
    this.tiles = new Map();
    this.values = new Map(); // the newest of fields, whether they are shown or not
    this.state = make("span", { class: "badge" });
    this.reason = make("span", { class: "why" });
    this.age = make("span", { class: "age" });
    this.list = make("ul", { class: "tiles" });
    this.element = make(
      "details",
      { class: "device", open },
      make("summary", {}, make("h2", {}, device.uid), this.state, this.reason, this.age),
      this.list,
    );
    this.element.addEventListener("toggle", () => this.show());
    this.update(device);
  }

  /** Take a device as the API has it now; `sensors` are those that have no field yet. */
  update(device, sensors = []) {
    this.device = device;
    this.sensors = sensors;
    const fine = device.state === "ok";
    this.element.dataset.state = device.state;
    setText(this.state, fine ? "" : device.state);
    setText(this.reason, fine ? "" : device.reason);
    this.lastMs = device.last_ms;
    this.show();
    this.refresh();
  }

  /** Take a value that came just now; return whether its field was known. */
  take(name, text, tsMs) {
    const field = this.device.fields.find((each) => each.name === name);
    if (!field) {
      return false;
    }
    field.value = text;
    field.ts_ms = tsMs;
    this.lastMs = Math.max(this.lastMs ?? 0, tsMs);
    this.tiles.get(name)?.setValue(text, tsMs);
    return true;
  }

  /** Put tiles where there are none yet, and into all what is known. */
  show() {
    if (!this.element.open) {
      return;
    }
    let added = false;
    for (const field of this.device.fields) {
      const tile = this.tiles.get(field.name);
      if (tile) {
        tile.update(field);
      } else {
        this.tiles.set(field.name, new Tile(this.uid, field));
        added = true;
      }
    }
    this.list.querySelectorAll(".missing").forEach((each) => each.remove());
    for (const tile of this.tiles.values()) {
      if (!tile.element.isConnected) {
        this.list.append(tile.element);
      }
    }
    for (const sensor of this.sensors) {
      const tile = missing(sensor);
      tile.classList.add("missing");
      this.list.append(tile);
    }
    if (added) {
      this.loadCurves();
    }
  }

  /** Ask for the curves anew. */
  async loadCurves() {
    if (!this.element.open) {
      return;
    }
    const [from, points] = this.span();
    const answer = await ask("/api/sparklines", { device: this.uid, from, points });
    const curves = answer.series[this.uid] ?? {};
    for (const [name, tile] of this.tiles) {
      tile.setCurve(curves[name] ?? []);
    }
  }

  /** Show the ages of now. */
  refresh() {
    setText(this.age, this.lastMs === null ? "never heard of" : ageText(this.lastMs));
    if (this.element.open) {
      this.tiles.forEach((tile) => tile.refresh());
    }
  }
}
