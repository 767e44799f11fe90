// The values of a chart in words and numbers, for whoever does not see it.

import { make } from "./dom.js";
import { ask } from "./gateway.js";
import { fullText } from "./times.js";
import { numberText, shown } from "./units.js";

const MOST = 100;

/** Fill a table with the values of a time, about a hundred. */
export async function fillTable(table, query, unit, decimals) {
  const answer = await ask("/api/series", { ...query, points: MOST });
  const [series] = answer.series;
  const ranges = answer.bucket_ms > 0 && series.kind === "number";
  const heads = ranges ? ["Time from", "Mean", "Lowest", "Highest"] : ["Time", "Value"];
  const columns = ranges ? [series.mean, series.min, series.max] : [series.v ?? []];
  const text = (value) => (typeof value === "number" ? numberText(value, decimals) : value);
  const rows = series.t.map((ms, i) =>
    make("tr", {}, make("th", { scope: "row" }, fullText(ms)), ...columns.map((each) => make("td", {}, text(each[i])))),
  );
  const caption = unit ? `In ${shown("0", 0, unit).unit}, the newest first` : "The newest first";
  table.replaceChildren(
    make("caption", {}, rows.length ? caption : "No values in this time"),
    make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, ...rows.reverse()),
  );
  return series.kind;
}
