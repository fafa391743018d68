import { type Context, Hono } from 'hono';
import { Problem, notFound, problemBody } from '../contract/problem.ts';
import type { DecisionBatchRequest, OutcomeRequest } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { isVisible, toDecision } from '../decide/decide.ts';
import { reportOutcome } from '../decide/outcome.ts';
import { listDecisions } from '../decide/queries.ts';
import { readDecision } from '../decide/store.ts';
import { readCredential } from '../tenants/tokens.ts';
import { ask, idempotencyKey } from './ask.ts';
import { queryChoice, queryNumber, readJson } from './body.ts';
import { type Deps, asCaller, whoAsks } from './context.ts';
import { pageLimit } from './held.ts';

const parseBatch = parser<DecisionBatchRequest>('decision-batch-request.json');
const parseOutcome = parser<OutcomeRequest>('outcome-request.json');
/** Ten years. */
const MINUTES_MAX = 5_256_000;

/** The native door: a question in, a decision out. */
export function decisionRoutes(deps: Deps): Hono {
  return new Hono()
    .post('/', async (context) => {
      const credential = readCredential(context.req.header('authorization'));
      const body = await readJson(context);
      return context.json(await ask(deps, credential, body, idempotencyKey(context)));
    })
    .post('/batch', async (context) => {
      const credential = readCredential(context.req.header('authorization'));
      const { decisions } = parseBatch(await readJson(context));
      const key = idempotencyKey(context);
      const settled = await Promise.allSettled(
        decisions.map((one, i) => ask(deps, credential, one, key === null ? null : `${key}#${i}`)),
      );
      // Who may not ask at all gets that as the answer; what is wrong with one question is that question's answer.
      const outright = settled.find((one) => one.status === 'rejected' && isOutright(one.reason));
      if (outright) throw (outright as PromiseRejectedResult).reason;
      return context.json({
        decisions: settled.map((one) =>
          one.status === 'fulfilled' ? one.value : { problem: problemBody(one.reason as Problem) },
        ),
      });
    })
    .get('/', async (context) => {
      const { tenant, caller } = await whoAsks(deps, context, 'decision.read');
      const outcome = queryChoice(context, 'outcome', ['applied', 'failed', 'partial', 'reported', 'missing']);
      const minutes = queryNumber(context, 'older_than_minutes', 0, MINUTES_MAX);
      const { rows, next } = await listDecisions(deps.sql, tenant, caller, {
        effect: queryChoice(context, 'effect', ['allow', 'review', 'deny']),
        action: context.req.query('action'),
        resource: context.req.query('resource'),
        subject: context.req.query('subject'),
        outcome,
        until: minutes === undefined ? undefined : new Date(deps.clock().getTime() - minutes * 60_000).toISOString(),
        before: queryNumber(context, 'before', 0, Number.MAX_SAFE_INTEGER),
        limit: pageLimit(context),
      });
      return context.json({
        decisions: rows.map(({ seq, subject_id, caller_id, at, effect, action, resource, ticket_id, ...rest }) => ({
          decision_id: `D-${seq}`,
          at,
          effect,
          action,
          resource,
          subject: subject_id,
          caller: caller_id,
          ticket_id,
          reportable: rest.reportable,
          outcome: rest.outcome ?? (rest.reportable ? 'missing' : null),
        })),
        next_before: next,
      });
    })
    .get('/:id', async (context) => {
      const { tenant, caller } = await whoAsks(deps, context, 'decision.read');
      const found = await readDecision(deps.sql, tenant, decisionSeq(context));
      if (!found || !isVisible(caller, found.row)) throw notFound('decision');
      const { row, ticket, payload, outcome } = found;
      const decision = toDecision(payload.answer, found.revision, found.receipt, ticket);
      return context.json({
        ...decision,
        input: payload.input,
        answer: payload.answer,
        caller: row.caller_id,
        outcome,
      });
    })
    .post('/:id/outcome', async (context) => {
      const seq = decisionSeq(context);
      const request = parseOutcome(await readJson(context));
      const changeSetId = await asCaller(deps, context, 'outcome.report', (tx, caller) =>
        reportOutcome(tx, caller, seq, request),
      );
      const moved = changeSetId === null ? {} : { change_set_id: changeSetId };
      return context.json({ decision_id: `D-${seq}`, status: request.status, ...moved }, 201);
    });
}

function decisionSeq(context: Context): number {
  const match = /^D-([0-9]{1,15})$/.exec(context.req.param('id') ?? '');
  if (!match) throw notFound('decision');
  return Number(match[1]);
}

function isOutright(reason: unknown): boolean {
  return !(reason instanceof Problem) || reason.status === 401 || reason.status === 403 || reason.status >= 500;
}
