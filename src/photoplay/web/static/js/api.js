// One way to ask the studio's API: JSON in and out, the CSRF header, and an error that carries the sentence for people.

export class ApiError extends Error {
  constructor(status, error) {
    super(error?.message ?? "The studio did not answer. Nothing was charged; try again.");
    this.status = status;
    this.code = error?.code ?? "unreachable";
    this.fields = error?.fields ?? {};
  }
}

const csrfToken = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

export async function ask(path, { method = "GET", json, body, headers = {}, signal } = {}) {
  const safe = method === "GET" || method === "HEAD";
  let answer;
  try {
    answer = await fetch(path, {
      method,
      signal,
      keepalive: method === "PATCH", // what was typed is kept although one leaves the page at once
      credentials: "same-origin",
      headers: {
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...(safe ? {} : { "X-CSRF-Token": csrfToken() }),
        ...headers,
      },
      body: json === undefined ? body : JSON.stringify(json),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, null);
  }
  return answer;
}

export async function api(path, options) {
  const answer = await ask(path, options);
  const body = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(answer.status, body?.error);
  return body;
}

export async function partial(path) {
  const answer = await ask(path, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new ApiError(answer.status, null);
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return holder.content.firstElementChild;
}
