import { Hono } from 'hono';
import { exportedEntry } from '../audit/export.ts';
import { listEntries } from '../audit/queries.ts';
import { readHeads } from '../audit/store.ts';
import { queryNumber } from './body.ts';
import { type Deps, whoAsks } from './context.ts';

const PAGE_MAX = 1000;

/** The tenant's log, for auditors. `leaf` and `payload` are the very texts that were hashed. */
export function auditRoutes(deps: Deps): Hono {
  return new Hono()
    .get('/entries', async (context) => {
      const { tenant } = await whoAsks(deps, context, 'audit.read');
      const limit = queryNumber(context, 'limit', 1, PAGE_MAX) ?? 100;
      const entries = await listEntries(deps.sql, tenant, {
        after: (queryNumber(context, 'from', 0, Number.MAX_SAFE_INTEGER) ?? 0) - 1,
        limit,
        action: context.req.query('action'),
        resource: context.req.query('resource'),
        actor: context.req.query('actor'),
      });
      return context.json({
        entries: entries.map(exportedEntry),
        next_from: entries.length === limit ? entries.at(-1)!.seq + 1 : null,
      });
    })
    .get('/head', async (context) => {
      const { tenant } = await whoAsks(deps, context, 'audit.read');
      const head = (await readHeads(deps.sql, [tenant])).get(tenant)!;
      return context.json({ log: tenant, size: head.size, tip: head.tip.toString('hex') });
    });
}
