/** Grafana's HTTP API with a token of a service account. */
export interface Client {
  /** Returns undefined for a GET that is answered with 404. Throws one sentence for every other status of 400 or more. */
  send(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<unknown>;
}

const patience = 30_000;

/** `url` is that of the workspace, without a path. The token is in no message. */
export const createClient = (url: string, token: string): Client => ({
  async send(method, path, body) {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patience),
    });
    // A proxy may echo the request.
    const text = (await response.text()).replaceAll(token, "***");
    if (method === "GET" && response.status === 404) return undefined;
    if (response.status >= 400) throw new Error(refusal(response.status, method, path, text));
    return text === "" ? {} : parsed(text, url);
  },
});

function refusal(status: number, method: string, path: string, text: string): string {
  if (status === 401)
    return "Grafana refuses the token (401): create a new one, since tokens expire, and set GRAFANA_TOKEN.";
  if (status === 403)
    return `Grafana does not allow ${method} ${path} (403): the service account needs the role ADMIN.`;
  if (status === 404)
    return `Grafana does not know ${method} ${path} (404): check the URL of the workspace and, for a plug-in, that its administration is on.`;
  const said = /"message":"([^"]*)"/.exec(text)?.[1] ?? text.slice(0, 200);
  return `Grafana answered ${method} ${path} with ${status}: ${said}`;
}

function parsed(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${url} does not answer as Grafana's API: check the URL of the workspace.`);
  }
}
