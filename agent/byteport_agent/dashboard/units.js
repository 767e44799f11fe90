// Values and units as people write them: SenML's symbols (RFC 8428) and numbers of a fixed length.

const NAMES = { Cel: "°C", "%RH": "%", "/": "", deg: "°", lat: "°", lon: "°", Ohm: "Ω", count: "" };
const POWERS = { 2: "²", 3: "³" };
const STEPS = { // from a magnitude on, another unit says the same in fewer digits
  B: [[1e9, 1e9, "GB"], [1e6, 1e6, "MB"], [1e4, 1e3, "kB"]],
  KiB: [[2 ** 20, 2 ** 20, "GiB"], [2 ** 14, 2 ** 10, "MiB"]],
  Pa: [[10_000, 100, "hPa"]],
  s: [[172_800, 86_400, "d"], [7200, 3600, "h"], [600, 60, "min"]],
  ms: [[10_000, 1000, "s"]],
};
const SCALED_DIGITS = 3;
const formats = new Map();

/** Return a unit as people write it. */
export function unitText(unit) {
  return NAMES[unit] ?? unit.replace(/^u(?=[A-Z])/, "µ").replace(/(?<=[a-z])[23]/g, (digit) => POWERS[digit]);
}

/** Return by what to divide numbers of a magnitude, and the name of their unit then. */
export function scaleOf(unit, magnitude) {
  const step = STEPS[unit]?.find(([least]) => Math.abs(magnitude) >= least);
  return step ? { divisor: step[1], name: step[2] } : { divisor: 1, name: unitText(unit) };
}

/** Return a number with so many decimals. */
export function numberText(number, decimals) {
  return format({ minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(number);
}

/** Return a number with a few digits that count. */
export function roundText(number) {
  const options = { maximumSignificantDigits: 5 };
  return format(options).format(number);
}

/** Return how many decimals a value was sent with. */
export function decimalsOf(text) {
  return text.includes(".") ? text.length - text.indexOf(".") - 1 : 0;
}

/** Return a stored value and its unit as texts; what is no number stays as it is. */
export function shown(text, number, unit) {
  if (number === null || /e/i.test(text)) {
    return { value: text, unit: number === null ? "" : unitText(unit) };
  }
  const { divisor, name } = scaleOf(unit, number);
  const scaled = number / divisor;
  const decimals = divisor === 1 ? decimalsOf(text) : decimalsFor(scaled);
  return { value: numberText(scaled, Math.min(decimals, 20)), unit: name };
}

/** Return the number that a value is, null where it is none; as the gateway tells them apart. */
export function numberOf(text) {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?$/i.test(text) && isFinite(text) ? Number(text) : null;
}

function decimalsFor(number) {
  const before = Math.floor(Math.log10(Math.abs(number) || 1)) + 1;
  return Math.min(Math.max(SCALED_DIGITS - Math.max(before, 1), 0), SCALED_DIGITS - 1);
}

function format(options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.NumberFormat(undefined, options));
  }
  return formats.get(key);
}
