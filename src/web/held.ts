import { type Context, Hono } from 'hono';
import type { Table } from '../audit/table.ts';
import { notFound } from '../contract/problem.ts';
import { listRows, readRow } from '../plans/store.ts';
import { queryNumber } from './body.ts';
import { type Deps, whoAsks } from './context.ts';

const PAGE_MAX = 100;

/** A page, and one by its key, of what the service holds of a kind. */
export function heldRoutes<Row extends object>(deps: Deps, table: Table<Row>, what: string): Hono {
  return new Hono()
    .get('/', async (context) => {
      const { tenant } = await whoAsks(deps, context, `${what}.read`);
      const limit = pageLimit(context);
      const rows = await listRows(deps.sql, table, tenant, context.req.query('after') ?? null, limit);
      return context.json({
        [`${what}s`]: rows,
        next_after: rows.length === limit ? String(rows.at(-1)![table.key[0]!]) : null,
      });
    })
    .get('/:id', async (context) => {
      const { tenant } = await whoAsks(deps, context, `${what}.read`);
      const row = await readRow(deps.sql, table, tenant, context.req.param('id'));
      if (!row) throw notFound(what);
      return context.json(row);
    });
}

export function pageLimit(context: Context): number {
  return queryNumber(context, 'limit', 1, PAGE_MAX) ?? 50;
}
