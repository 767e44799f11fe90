// One field: its value, unit and age, the last hours as a curve, and what is wrong with it.

import { make, setText } from "./dom.js";
import { address } from "./gateway.js";
import { drawSparkline, sparkline } from "./sparkline.js";
import { ageText, fullText } from "./times.js";
import { numberOf, shown, unitText } from "./units.js";

const LONG = 10; // characters of a value and its unit, from which on it is set smaller

export class Tile {
  /** `field` is as in the API's devices; `device` is the uid. */
  constructor(device, field) {
    this.device = device;
    this.unit = field.unit;
    this.curve = [];
    this.value = make("b", { class: "value" });
    this.unitText = make("span", { class: "unit" });
    this.state = make("span", { class: "badge" });
    this.reason = make("span", { class: "reason" });
    this.sensor = make("span", { class: "sensor" });
    this.age = make("time", { class: "age" });
    this.sparkline = sparkline();
    this.link = make(
      "a",
      { href: address("/field", { device, field: field.name }) },
      make("span", { class: "name" }, make("span", { title: field.name }, field.name), this.state),
      make("span", { class: "reading" }, this.value, " ", this.unitText),
      this.reason,
      this.sparkline,
      make("span", { class: "foot" }, this.sensor, " ", this.age),
    );
    this.element = make("li", { class: "tile" }, this.link);
    this.update(field);
  }

  /** Show a field as the API has it now. */
  update(field) {
    this.unit = field.unit;
    setText(this.sensor, field.sensor);
    this.setState(field.state, field.reason);
    this.setValue(field.value, field.ts_ms);
  }

  setValue(text, tsMs) {
    this.number = numberOf(text);
    this.tsMs = tsMs;
    const { value, unit } = shown(text, this.number, this.unit);
    setText(this.value, value);
    setText(this.unitText, unit);
    this.element.classList.toggle("text", this.number === null);
    this.element.classList.toggle("long", value.length + unit.length >= LONG);
    this.age.setAttribute("datetime", new Date(tsMs).toISOString());
    this.age.title = fullText(tsMs);
    this.refresh();
    this.redraw();
  }

  setState(state, reason) {
    const fine = state === "ok" || state === "starting";
    this.element.dataset.state = state;
    setText(this.state, fine ? "" : state);
    setText(this.reason, fine ? "" : reason);
  }

  /** Show the values of some time, null where there was none. */
  setCurve(values) {
    this.curve = values;
    this.redraw();
  }

  redraw() {
    const before = this.curve.slice(0, -1); // the last step is not over: the value of now ends it
    if (this.number !== null && this.curve.length) {
      drawSparkline(this.sparkline, [...before, this.number], this.isTruth());
    }
  }

  /** Tell whether it is a contact or the like, whose curve is how much of the time it was closed. */
  isTruth() {
    const all = [...this.curve, this.number];
    return unitText(this.unit) === "" && Number.isInteger(this.number) && all.every((each) => each >= 0 && each <= 1);
  }

  /** Show the age of now. */
  refresh() {
    setText(this.age, ageText(this.tsMs));
  }
}

/** Return a tile of a sensor that has no value yet, so that it is missed. */
export function missing(sensor) {
  const state = sensor.state === "ok" ? "starting" : sensor.state;
  return make(
    "li",
    { class: "tile", "data-state": state },
    make(
      "div",
      {},
      make("span", { class: "name" }, make("span", {}, sensor.name), make("span", { class: "badge" }, state)),
      make("span", { class: "reading" }, make("b", { class: "value" }, "–")),
      make("span", { class: "reason" }, sensor.reason || "has no value yet"),
      make("span", { class: "foot" }, make("span", { class: "sensor" }, `${sensor.driver}, ${sensor.place}`)),
    ),
  );
}
