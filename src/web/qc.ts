import { type Context, Hono } from 'hono';
import { Problem, problemBody } from '../contract/problem.ts';
import type { GrainView, Principal, QcItem, QcLoop, QcResult } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import type { Tx } from '../audit/view.ts';
import { type Taken, recordLoop, recordResult } from '../runs/qc.ts';
import { listGrains } from '../runs/qc-store.ts';
import type { GrainRow } from '../runs/qc-tables.ts';
import { windowsOf, within } from '../runs/qc-window.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { authorize, readCredential } from '../tenants/tokens.ts';
import { queryChoice, readJson } from './body.ts';
import { type Deps, asCaller } from './context.ts';

/** How many signals of one request are under way at once, so that a batch does not crowd out what others ask. */
const AT_ONCE_MAX = 100;

const parseResult = parser<QcResult>('qc-result.json');
const parseResults = parser<{ results: QcResult[] }>('qc-report.json#/$defs/qc_results');
const parseLoop = parser<QcLoop>('qc-loop.json');
const parseLoops = parser<{ loops: QcLoop[] }>('qc-report.json#/$defs/qc_loops');

/** Quality signals in, and the grains that are measured by them out. */
export function qcRoutes(deps: Deps): Hono {
  return new Hono()
    .post('/results', async (context) => {
      const body = await readJson(context);
      const results = isBatch(body, 'results') ? parseResults(body).results : [parseResult(body)];
      const id = (one: QcResult) => one.result_id;
      return context.json(
        {
          items: await takeAll(deps, context, results, id, (tx, caller, one) =>
            recordResult(tx, deps.policy, caller, one),
          ),
        },
        201,
      );
    })
    .post('/loops', async (context) => {
      const body = await readJson(context);
      const loops = isBatch(body, 'loops') ? parseLoops(body).loops : [parseLoop(body)];
      const id = (one: QcLoop) => one.loop_id;
      return context.json(
        {
          items: await takeAll(deps, context, loops, id, (tx, caller, one) => recordLoop(tx, deps.policy, caller, one)),
        },
        201,
      );
    })
    .get('/grains', async (context) => {
      const kind = queryChoice(context, 'kind', ['main_task', 'subtask', 'agent', 'model'] as const);
      const alert = queryChoice(context, 'alert', ['true', 'false'] as const);
      const { tenant, hours } = await asCaller(deps, context, 'qc.read', (tx) => ({
        tenant: tx.log,
        hours: currentTenant(tx).config.config.qc_threshold_policy.window_hours,
      }));
      const rows = await listGrains(deps.sql, tenant, kind, alert && alert === 'true');
      const now = deps.clock().toISOString();
      return context.json({ grains: rows.map((row) => grainView(row, now, hours)) });
    });
}

/** Takes each signal by itself: what is wrong with one is the answer to that one. */
async function takeAll<T>(
  { ledger, policy }: Deps,
  context: Context,
  signals: T[],
  idOf: (signal: T) => string,
  take: (tx: Tx, caller: Principal, signal: T) => Taken,
): Promise<QcItem[]> {
  const credential = readCredential(context.req.header('authorization'));
  const items: QcItem[] = [];
  for (let from = 0; from < signals.length; from += AT_ONCE_MAX) {
    const some = signals.slice(from, from + AT_ONCE_MAX);
    const settled = await Promise.allSettled(
      some.map((signal) =>
        ledger.submit(credential.tenant, (tx) => take(tx, authorize(tx, policy, credential, 'qc.report'), signal)),
      ),
    );
    for (const [i, one] of settled.entries()) {
      if (one.status === 'fulfilled') items.push({ id: idOf(some[i]!), ...one.value });
      else if (one.reason instanceof Problem && ['qc.refused', 'qc.conflict'].includes(one.reason.code))
        items.push({
          id: idOf(some[i]!),
          status: 'refused',
          problem: problemBody(one.reason) as QcItem['problem'] & {},
        });
      // Who may not report at all, or cannot be served, gets that as the answer; sent again, what was taken is known.
      else throw one.reason;
    }
  }
  return items;
}

function isBatch(body: unknown, name: string): boolean {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, name);
}

/** A grain with its window as of now. */
function grainView({ quarters, config_version: _version, ...row }: GrainRow, now: string, hours: number): GrainView {
  const { total, passed } = windowsOf(within(quarters, now, hours), hours).windows[0]!;
  const [name, task] = row.kind === 'subtask' ? row.name.split(' / ') : [row.name];
  return { ...row, name: name!, task_id: task ?? null, total, passed };
}
