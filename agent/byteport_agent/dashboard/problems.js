// What is wrong, in words, the worst first; one calm line where nothing is.

import { make, setText } from "./dom.js";
import { ageText } from "./times.js";
import { setTitle } from "./title.js";

const LEVELS = { error: "Error", warn: "Warning" };

export class Problems {
  /** `status` is a live region: it gets a new text only where the number changes. */
  constructor(section, status, list) {
    this.section = section;
    this.status = status;
    this.list = list;
    this.since = [];
  }

  show(problems) {
    const worst = problems.length ? problems[0].level : "ok";
    this.section.dataset.state = worst;
    setText(this.status, summary(problems));
    setTitle({ wrong: problems.length });
    this.since = [];
    this.list.replaceChildren(...problems.map((problem) => this.row(problem)));
    this.list.hidden = !problems.length;
    this.refresh();
  }

  row(problem) {
    const since = make("span", { class: "age" });
    if (problem.since_ms !== null) {
      this.since.push([since, problem.since_ms]);
    }
    return make(
      "li",
      { "data-level": problem.level },
      make("span", { class: "badge" }, LEVELS[problem.level] ?? problem.level),
      make("span", { class: "told" }, make("b", {}, problem.what), " ", problem.text),
      since,
    );
  }

  refresh() {
    this.since.forEach(([element, ms]) => setText(element, ageText(ms)));
  }
}

function summary(problems) {
  if (!problems.length) {
    return "All is well.";
  }
  const errors = problems.filter((each) => each.level === "error").length;
  const warnings = problems.length - errors;
  const parts = [counted(errors, "error"), counted(warnings, "warning")];
  return parts.filter(Boolean).join(", ");
}

const counted = (number, what) => (number ? `${number} ${what}${number === 1 ? "" : "s"}` : "");
