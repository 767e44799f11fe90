// Elements. Content is text or other elements: what a device sends can be nothing else.

const SVG = "http://www.w3.org/2000/svg";

export const find = (id) => document.getElementById(id);

/** Return an element with attributes (false and undefined are left out) and content. */
export function make(tag, attributes = {}, ...content) {
  return filled(document.createElement(tag), attributes, content);
}

/** Return an element of a drawing. */
export function draw(tag, attributes = {}, ...content) {
  return filled(document.createElementNS(SVG, tag), attributes, content);
}

function filled(element, attributes, content) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...content);
  return element;
}

/** Set a text where it is another one: a reader is told of true changes only. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Run a function now and every so many milliseconds while the page is looked at. */
export function repeat(action, everyMs) {
  action();
  setInterval(() => document.hidden || action(), everyMs);
  document.addEventListener("visibilitychange", () => document.hidden || action());
}
