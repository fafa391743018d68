import { type Context, Hono } from 'hono';
import { invalid } from '../contract/problem.ts';
import { opsMetrics } from '../metrics/ops.ts';
import { prometheusText } from '../metrics/prometheus.ts';
import type { Window } from '../metrics/store.ts';
import { type Deps, whoAsks } from './context.ts';

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 7;
const WINDOW_DAYS_MAX = 366;

/** What the numbers say, for people and programs. */
export function metricsRoutes(deps: Deps): Hono {
  return new Hono().get('/ops', async (context) => {
    const { tenant } = await whoAsks(deps, context, 'metrics.read');
    const now = deps.clock();
    return context.json(await opsMetrics(deps.sql, { tenant, ...readWindow(context, now) }, now.toISOString()));
  });
}

/** For Prometheus, which sends the token as `authorization: Bearer`. */
export function prometheusRoutes(deps: Deps): Hono {
  return new Hono().get('/', async (context) => {
    const { tenant } = await whoAsks(deps, context, 'metrics.read');
    const { text, type } = await prometheusText(deps.sql, tenant, deps.clock());
    return context.body(text, 200, { 'content-type': type });
  });
}

/** The window that was asked for. @throws Problem 400 that names the parameter */
function readWindow(context: Context, now: Date): Pick<Window, 'from' | 'to'> {
  const to = readTime(context, 'to') ?? now;
  const from = readTime(context, 'from') ?? new Date(to.getTime() - WINDOW_DAYS * DAY_MS);
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  if (!(days > 0 && days <= WINDOW_DAYS_MAX))
    throw invalid([
      { field: '?from', code: 'query.range', message: `must be before \`to\`, by at most ${WINDOW_DAYS_MAX} days` },
    ]);
  return { from: from.toISOString(), to: to.toISOString() };
}

function readTime(context: Context, name: string): Date | undefined {
  const text = context.req.query(name);
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\d(T[0-9:.]{5,15}(Z|[+-]\d\d:\d\d))?$/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime()))
    throw invalid([
      { field: `?${name}`, code: 'query.time', message: 'must be a date or an ISO 8601 time with its zone' },
    ]);
  return time;
}
