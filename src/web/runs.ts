import { type Context, Hono } from 'hono';
import { notFound } from '../contract/problem.ts';
import type { Decision, DecisionRequest, RunRequest, RunStepRequest } from '../contract/types.ts';
import { checker, parser } from '../contract/validate.ts';
import { decide } from '../decide/decide.ts';
import { recordedAnswer } from '../decide/recorded.ts';
import { findRoot } from '../runs/runs.ts';
import { listRuns } from '../runs/store.ts';
import { isOwnRun, runView } from '../runs/view.ts';
import type { Caller } from '../tenants/tokens.ts';
import { queryNumber, readJson } from './body.ts';
import { type Deps, asCaller, whoAsks } from './context.ts';

const PAGE_MAX = 100;

const parseRun = parser<RunRequest>('run-request.json');
const parseStep = parser<RunStepRequest>('run-step-request.json');
const idErrors = checker('common.json#/$defs/id');

/** Runs and their steps. Both are decisions: these routes only put the question. */
export function runRoutes(deps: Deps): Hono {
  return new Hono()
    .post('/', async (context) => {
      const { run_id, ...properties } = parseRun(await readJson(context));
      const decision = await ask(deps, context, 'run.start', run_id, properties);
      const started = decision.effect === 'allow';
      return context.json({ started, run_id, decision }, started ? 201 : 200);
    })
    .get('/', async (context) => {
      const limit = queryNumber(context, 'limit', 1, PAGE_MAX) ?? 50;
      const filter = {
        rootRunId: context.req.query('root_run_id'),
        taskId: context.req.query('task_id'),
        before: queryNumber(context, 'before', 0, Number.MAX_SAFE_INTEGER),
        limit,
      };
      const { tenant, caller } = await whoAsks(deps, context, 'run.read');
      const rows = await listRuns(deps.sql, tenant, caller, filter);
      return context.json({
        runs: rows.map(({ children: _children, caller: _caller, request_hash: _hash, decision_seq, ...run }) => ({
          ...run,
          decision_id: `D-${decision_seq}`,
        })),
        next_before: rows.length === limit ? rows.at(-1)!.decision_seq : null,
      });
    })
    .get('/:id', async (context) => {
      const id = context.req.param('id');
      const view = await asCaller(deps, context, 'run.read', (tx, caller) => {
        const found = findRoot(tx, id);
        return found && (caller.scope === 'all' || isOwnRun(caller.id, found.run))
          ? runView(tx, deps.policy, id)
          : undefined;
      });
      if (!view) throw notFound('run');
      return context.json(view);
    })
    .post('/:id/steps', async (context) => {
      const run_id = context.req.param('id');
      if (idErrors(run_id).length > 0) throw notFound('run');
      const step = parseStep(await readJson(context));
      const decision = await ask(deps, context, 'agent.step', run_id, { ...step });
      return context.json({
        admitted: decision.effect === 'allow',
        run_id,
        step_id: step.step_id,
        counters: decision.counters ?? null,
        red_flag: decision.ticket?.ticket_id ?? null,
        decision,
      });
    });
}

/** Puts the caller's question about a run, or gives the answer again that it has had. */
async function ask(
  deps: Deps,
  context: Context,
  action: 'run.start' | 'agent.step',
  runId: string,
  properties: Record<string, unknown>,
): Promise<Decision> {
  const question = ({ kind, id }: Caller): DecisionRequest => ({
    subject: { type: kind, id },
    action: { name: action, properties },
    resource: { type: 'run', id: runId },
  });
  const operation = action === 'run.start' ? 'run.start' : 'run.step';
  const { tenant, decided } = await asCaller(deps, context, operation, (tx, caller) => ({
    tenant: tx.log,
    decided: decide(tx, deps.policy, caller, question(caller), null),
  }));
  return 'decision' in decided ? decided.decision : recordedAnswer(deps.sql, tenant, decided.earlier);
}
