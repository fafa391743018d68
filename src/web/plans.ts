import { type Context, Hono } from 'hono';
import type { Table } from '../audit/table.ts';
import { invalid, notFound } from '../contract/problem.ts';
import type { Campaign, CampaignMove, Creative, Plan } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { moveCampaign, registerCampaign, registerCreative, registerPlan } from '../plans/plans.ts';
import { listRows, readRow } from '../plans/store.ts';
import { campaignTable, creativeTable, planTable } from '../plans/tables.ts';
import { queryNumber, readJson } from './body.ts';
import { actorOf } from '../tenants/tokens.ts';
import { type Deps, asCaller, whoAsks } from './context.ts';

const parsePlan = parser<Plan>('plan.json');
const parseCampaign = parser<Campaign>('campaign.json');
const parseMove = parser<CampaignMove>('campaign-move.json');
const parseCreative = parser<Creative>('creative.json');
const PAGE_MAX = 100;

/** Plan versions: drafts are registered here, and come into force by decision and approval only. */
export function planRoutes(deps: Deps): Hono {
  return readRoutes(deps, planTable, 'plan', (key) => (/^[1-9][0-9]{0,8}$/.test(key) ? Number(key) : null)).post(
    '/',
    async (context) => {
      const plan = parsePlan(await readJson(context));
      const row = await asCaller(deps, context, 'plan.write', (tx, caller) => registerPlan(tx, actorOf(caller), plan));
      return context.json(row, 201);
    },
  );
}

export function campaignRoutes(deps: Deps): Hono {
  return readRoutes(deps, campaignTable, 'campaign', String)
    .post('/', async (context) => {
      const campaign = parseCampaign(await readJson(context));
      const row = await asCaller(deps, context, 'campaign.write', (tx, caller) =>
        registerCampaign(tx, actorOf(caller), campaign),
      );
      return context.json(row, 201);
    })
    .post('/:id/plan', async (context) => {
      const move = parseMove(await readJson(context));
      const row = await asCaller(deps, context, 'campaign.move', (tx, caller) =>
        moveCampaign(tx, actorOf(caller), context.req.param('id'), move),
      );
      return context.json(row);
    });
}

/** Creatives: posting one again with other content replaces it, and its clearance ends. */
export function creativeRoutes(deps: Deps): Hono {
  return readRoutes(deps, creativeTable, 'creative', String).post('/', async (context) => {
    const creative = parseCreative(await readJson(context));
    const row = await asCaller(deps, context, 'creative.write', (tx, caller) =>
      registerCreative(tx, actorOf(caller), creative),
    );
    return context.json(row, 201);
  });
}

function readRoutes<Row extends object>(
  deps: Deps,
  table: Table<Row>,
  what: string,
  toKey: (text: string) => string | number | null,
): Hono {
  return new Hono()
    .get('/', async (context: Context) => {
      const { tenant } = await whoAsks(deps, context, `${what}.read`);
      const limit = queryNumber(context, 'limit', 1, PAGE_MAX) ?? 50;
      const after = context.req.query('after');
      const key = after === undefined ? null : toKey(after);
      if (after !== undefined && key === null)
        throw invalid([{ field: '?after', code: 'query.pattern', message: `is not the key of a ${what}` }]);
      const rows = await listRows(deps.sql, table, tenant, key, limit);
      return context.json({
        [`${what}s`]: rows,
        next_after: rows.length === limit ? String(rows.at(-1)![table.key[0]!]) : null,
      });
    })
    .get('/:id', async (context: Context) => {
      const { tenant } = await whoAsks(deps, context, `${what}.read`);
      const key = toKey(context.req.param('id')!);
      const row = key === null ? null : await readRow(deps.sql, table, tenant, key);
      if (!row) throw notFound(what);
      return context.json(row);
    });
}
