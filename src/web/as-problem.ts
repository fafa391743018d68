import type { Context } from 'hono';
import type { Logger } from 'pino';
import { isConnectionError } from '../audit/failures.ts';
import { unavailable } from '../audit/settle.ts';
import { Problem } from '../contract/problem.ts';

/** What callers are told of an error: a problem as it is, an outage as 503, a defect as 500 whose text stays in the service's log. */
export function asProblem(log: Logger, context: Context, error: Error, what: string): Problem {
  const problem =
    error instanceof Problem
      ? error
      : isConnectionError(error)
        ? unavailable(error)
        : new Problem(500, 'internal', 'Something failed inside; nothing was decided.');
  if (problem.status >= 500)
    log.error({ err: error, cause: error.cause, method: context.req.method, path: context.req.path }, what);
  return problem;
}
