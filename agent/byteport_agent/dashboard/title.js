// The page's title in the browser's tab: how much is wrong, and where.

const parts = { wrong: 0, name: document.title };

/** Change what is given of the title: `wrong`, a number, or `name`. */
export function setTitle(change) {
  Object.assign(parts, change);
  const title = parts.wrong ? `(${parts.wrong}) ${parts.name}` : parts.name;
  if (document.title !== title) {
    document.title = title;
  }
}
