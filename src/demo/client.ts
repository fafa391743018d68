/** What the service answered. Loosely typed: each step says what it expects of it. */
export interface Reply {
  status: number;
  body: any;
}

/** One request in someone's name: whose token is sent, and what. A string body is YAML. */
export type Call = (
  who: string,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Reply>;

const ANSWER_MS_MAX = 40_000;

/** A client of the real HTTP API for the people and agents of one tenant. */
export function createClient(url: string, tokens: Record<string, string>): Call {
  return async (who, method, path, body, headers = {}) => {
    const token = tokens[who];
    if (!token) throw new Error(`${who} has no token in demo-tokens.json`);
    const isYaml = typeof body === 'string';
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': isYaml ? 'application/yaml' : 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isYaml ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
}
