import { Hono } from 'hono';
import { notFound } from '../contract/problem.ts';
import type { Mandate } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { grantMandate, mandateTable, revokeMandate } from '../plans/mandates.ts';
import { listRows, listUses, readRow } from '../plans/store.ts';
import { actorOf } from '../tenants/tokens.ts';
import { queryNumber, readJson } from './body.ts';
import { type Deps, asCaller, whoAsks } from './context.ts';

const parseMandate = parser<Mandate>('mandate.json');
const PAGE_MAX = 100;

/** Mandates: what a client lets pass without being asked. */
export function mandateRoutes(deps: Deps): Hono {
  return new Hono()
    .get('/', async (context) => {
      const { tenant } = await whoAsks(deps, context, 'mandate.read');
      const limit = queryNumber(context, 'limit', 1, PAGE_MAX) ?? 50;
      const mandates = await listRows(deps.sql, mandateTable, tenant, context.req.query('after') ?? null, limit);
      return context.json({ mandates, next_after: mandates.length === limit ? mandates.at(-1)!.mandate_id : null });
    })
    .post('/', async (context) => {
      const mandate = parseMandate(await readJson(context));
      const row = await asCaller(deps, context, 'mandate.grant', (tx, caller) =>
        grantMandate(tx, deps.policy, caller, mandate),
      );
      return context.json(row, 201);
    })
    .get('/:id', async (context) => {
      const { tenant } = await whoAsks(deps, context, 'mandate.read');
      const mandate = await readRow(deps.sql, mandateTable, tenant, context.req.param('id'));
      if (!mandate) throw notFound('mandate');
      const uses = await listUses(deps.sql, tenant, mandate.mandate_id);
      return context.json({ mandate, uses });
    })
    .post('/:id/revocation', async (context) =>
      context.json(
        await asCaller(deps, context, 'mandate.revoke', (tx, caller) =>
          revokeMandate(tx, actorOf(caller), context.req.param('id')),
        ),
        201,
      ),
    );
}
