import { type Context, Hono } from 'hono';
import type { Sql } from '../db/postgres.ts';
import { invalid, notFound } from '../contract/problem.ts';
import type { Plan, RebaseRequest } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { comparePayloads } from '../plans/compare.ts';
import { rebasePlan } from '../plans/drafts.ts';
import { registerPlan } from '../plans/plans.ts';
import { listPlans } from '../plans/queries.ts';
import { readRow } from '../plans/store.ts';
import { type PlanRow, planTable } from '../plans/tables.ts';
import { actorOf } from '../tenants/tokens.ts';
import { queryChoice, readJson } from './body.ts';
import { type Deps, asCaller, whoAsks } from './context.ts';
import { pageLimit } from './held.ts';
import { proposeRevision } from './propose.ts';

const parsePlan = parser<Plan>('plan.json');
const parseRebase = parser<RebaseRequest>('rebase-request.json');
const VERSION = /^[1-9][0-9]{0,8}$/;

/** Plan versions: drafts are registered here, and come into force by decision and approval only. */
export function planRoutes(deps: Deps): Hono {
  return new Hono()
    .get('/', async (context) => {
      const { tenant } = await whoAsks(deps, context, 'plan.read');
      const limit = pageLimit(context);
      const plans = await listPlans(deps.sql, tenant, {
        state: queryChoice(context, 'state', ['draft', 'approved', 'superseded']),
        type: queryChoice(context, 'type', ['initial', 'revise', 'replan']),
        after: queryVersion(context, 'after') ?? 0,
        limit,
      });
      return context.json({ plans, next_after: plans.length === limit ? String(plans.at(-1)!.version) : null });
    })
    .post('/', async (context) => {
      const plan = parsePlan(await readJson(context));
      const row = await asCaller(deps, context, 'plan.write', (tx, caller) => registerPlan(tx, actorOf(caller), plan));
      return context.json(row, 201);
    })
    .get('/:id', async (context) => {
      const { tenant } = await whoAsks(deps, context, 'plan.read');
      return context.json(await readPlan(deps.sql, tenant, pathVersion(context)));
    })
    .get('/:id/diff', async (context) => {
      const { tenant } = await whoAsks(deps, context, 'plan.read');
      const wanted = queryVersion(context, 'against');
      const plan = await readPlan(deps.sql, tenant, pathVersion(context));
      const against = wanted ?? plan.base_version;
      if (against === null)
        throw invalid([{ field: '?against', code: 'query.required', message: 'is required: the plan has no base' }]);
      const base = await readPlan(deps.sql, tenant, against);
      return context.json(comparison(base, plan));
    })
    .post('/:id/rebase', async (context) => {
      const request = parseRebase(await readJson(context));
      const version = pathVersion(context);
      const { plan, base } = await asCaller(deps, context, 'plan.write', (tx, caller) =>
        rebasePlan(tx, actorOf(caller), version, request),
      );
      return context.json({ plan, comparison: comparison(base, plan) }, 201);
    })
    .post('/:id/revise', async (context) => {
      const version = pathVersion(context);
      const { tenant } = await whoAsks(deps, context, 'plan.write');
      const { plan, base, proposal } = await proposeRevision(deps.sql, tenant, version, (command) =>
        asCaller(deps, context, 'plan.write', command),
      );
      const { taken, leftOut } = proposal;
      return context.json({ plan, change_sets: taken, left_out: leftOut, comparison: comparison(base, plan) }, 201);
    });
}

function comparison(before: PlanRow, after: PlanRow) {
  return { against: before.version, version: after.version, ...comparePayloads(before.payload, after.payload) };
}

async function readPlan(sql: Sql, tenant: string, version: number): Promise<PlanRow> {
  const plan = await readRow(sql, planTable, tenant, version);
  if (!plan) throw notFound('plan');
  return plan;
}

function pathVersion(context: Context): number {
  const text = context.req.param('id')!;
  if (!VERSION.test(text)) throw notFound('plan');
  return Number(text);
}

function queryVersion(context: Context, name: string): number | undefined {
  const text = context.req.query(name);
  if (text === undefined) return undefined;
  if (!VERSION.test(text))
    throw invalid([{ field: `?${name}`, code: 'query.pattern', message: 'is not the version of a plan' }]);
  return Number(text);
}
