import { Hono } from 'hono';
import { Problem, notFound, problemBody } from '../contract/problem.ts';
import type { DecisionRequest } from '../contract/types.ts';
import { logView } from '../plans/log-view.ts';
import { type LoggedRow, readChangeSet } from '../plans/queries.ts';
import { type Caller, readCredential } from '../tenants/tokens.ts';
import { ask, idempotencyKey } from './ask.ts';
import { type Deps, whoAsks } from './context.ts';

/** As many as one batch of questions. */
export const QUESTIONS_MAX = 100;

/** What was changed under one id, and the way back. */
export function changeSetRoutes(deps: Deps): Hono {
  return new Hono()
    .get('/:id', async (context) => {
      const { tenant } = await whoAsks(deps, context, 'optimization.read');
      const rows = await readChangeSet(deps.sql, tenant, context.req.param('id'));
      if (rows.length === 0) throw notFound('change set');
      return context.json({ change_set_id: rows[0]!.change_set_id, changes: rows.map(logView) });
    })
    .post('/:id/rollback', async (context) => {
      const credential = readCredential(context.req.header('authorization'));
      const { tenant, caller } = await whoAsks(deps, context, 'decision.ask');
      const rows = await readChangeSet(deps.sql, tenant, context.req.param('id'));
      if (rows.length === 0) throw notFound('change set');
      if (rows.length > QUESTIONS_MAX)
        throw new Problem(
          409,
          'change_set.too_large',
          `It moved ${rows.length} values: ask to take back each by itself, with \`undoes\`, ${QUESTIONS_MAX} at a time.`,
        );
      const key = idempotencyKey(context);
      const questions = rows.map((row) => rollbackOf(caller, row));
      const settled = await Promise.allSettled(
        questions.map((question, i) => ask(deps, credential, question, key === null ? null : `${key}#${i}`)),
      );
      const outage = settled.find((one) => one.status === 'rejected' && !(one.reason instanceof Problem));
      if (outage) throw (outage as PromiseRejectedResult).reason;
      return context.json({
        change_set_id: rows[0]!.change_set_id,
        questions: settled.map((one, i) => ({
          question: questions[i],
          ...(one.status === 'fulfilled' ? { decision: one.value } : { problem: problemBody(one.reason as Problem) }),
        })),
      });
    });
}

/** The question that taking one value back is: like any other change, under the same guardrails. */
export function rollbackOf(caller: Pick<Caller, 'kind' | 'id'>, row: LoggedRow): DecisionRequest {
  return {
    subject: { type: caller.kind, id: caller.id },
    action: {
      name: row.action,
      properties: { field: row.field, after: row.before_value ?? 0, undoes: row.change_set_id },
    },
    resource: { type: 'campaign', id: row.campaign_id },
  };
}
