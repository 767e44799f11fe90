// Where readings go: what each output has delivered, what waits, and why.

import { make } from "./dom.js";
import { ageText } from "./times.js";
import { numberText } from "./units.js";

const HEADS = ["Output", "Waiting", "Delivered", "Last"];

/** Show the outputs of a status in a table. */
export function showOutputs(table, outputs) {
  if (!outputs.length) {
    table.replaceChildren(make("caption", { class: "note" }, "None: readings stay in the history here."));
    return;
  }
  const heads = HEADS.map((text) => make("th", { scope: "col" }, text));
  table.replaceChildren(
    make("thead", {}, make("tr", {}, ...heads)),
    make("tbody", {}, ...outputs.flatMap(rows)),
  );
}

function rows(output) {
  const fine = output.state === "ok";
  const cells = [
    make("th", { scope: "row" }, output.name, " ", make("span", { class: "badge" }, fine ? "" : output.state)),
    make("td", {}, numberText(output.backlog, 0)),
    make("td", {}, numberText(output.delivered, 0)),
    make("td", {}, ageText(output.last_delivery_ms)),
  ];
  const row = make("tr", { "data-state": output.state }, ...cells);
  const notes = [output.reason, counted(output.lost, "lost"), counted(output.rejected, "rejected")];
  const note = notes.filter(Boolean).join("; ");
  if (!note) {
    return [row];
  }
  return [row, make("tr", { "data-state": output.state }, make("td", { colspan: HEADS.length, class: "reason" }, note))];
}

const counted = (number, what) => (number ? `${numberText(number, 0)} ${what}` : "");
