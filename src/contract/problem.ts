/** One thing wrong with a request: which field, by JSON pointer, and which rule it broke. */
export interface FieldError {
  field: string;
  code: string;
  message: string;
  [more: string]: unknown;
}

/**
 * An error for the caller, as RFC 9457 problem+json. `code` is stable and part of the API; `detail` is for people.
 * Anything else that is thrown is a defect or an outage of ours, and is answered without its message.
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: Record<string, unknown>;

  constructor(status: number, code: string, detail: string, extra: Record<string, unknown> = {}) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

/** The body of an answer of type application/problem+json. */
export function problemBody(problem: Problem): Record<string, unknown> {
  return {
    type: `https://placet.dev/problems/${problem.code}`,
    title: TITLES[problem.status] ?? 'Error',
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    ...problem.extra,
  };
}

/** One step of a JSON pointer (RFC 6901), with its slash. */
export const pointerStep = (key: string | number): string =>
  `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

export const notFound = (what: string): Problem => new Problem(404, 'not_found', `There is no such ${what}.`);

export const invalid = (errors: FieldError[]): Problem =>
  new Problem(400, 'request.invalid', errors.map((error) => `${error.field || '/'}: ${error.message}`).join('; '), {
    errors,
  });

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
