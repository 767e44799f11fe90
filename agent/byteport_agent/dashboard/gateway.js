// Questions to the gateway's API; docs/gateway-api.md says what each answers.

const LOGIN = "/login";

/** What a refusal says, and its status; 0 where no answer came. */
export class Refusal extends Error {
  constructor(status, text, retryAfter) {
    super(text);
    this.status = status;
    this.retryAfter = Number(retryAfter) || 0;
  }
}

/** Return the JSON of a path; a parameter may have several values. */
export async function ask(path, parameters = {}, signal = undefined) {
  const answer = await request(address(path, parameters), { signal });
  return answer.json();
}

/** Return a path with a query. */
export function address(path, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const each of [value].flat()) {
      query.append(name, each);
    }
  }
  return query.size ? `${path}?${query}` : path;
}

/** Post a form, with the session's token. */
export async function post(path, form = {}) {
  const { csrf } = await ask("/api/session");
  const body = new URLSearchParams(form);
  return request(path, { method: "POST", body, headers: { "X-CSRFToken": csrf } });
}

export function toLogin() {
  location.replace(LOGIN);
}

async function request(target, options) {
  let answer;
  try {
    answer = await fetch(target, options);
  } catch (error) {
    throw error.name === "AbortError" ? error : new Refusal(0, "the gateway does not answer");
  }
  if (answer.status === 401) {
    toLogin();
  }
  if (!answer.ok) {
    const text = (await answer.text()).trim();
    throw new Refusal(answer.status, text, answer.headers.get("Retry-After"));
  }
  return answer;
}
