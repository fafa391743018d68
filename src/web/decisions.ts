import { type Context, Hono } from 'hono';
import { canonicalHash } from '../contract/canonical.ts';
import { Problem, invalid, notFound, problemBody } from '../contract/problem.ts';
import type { Decision, DecisionBatchRequest, DecisionRequest, OutcomeRequest } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { type Idempotency, decide, isVisible, reportOutcome, toDecision } from '../decide/decide.ts';
import { recordedAnswer } from '../decide/recorded.ts';
import { readDecision } from '../decide/store.ts';
import { authorize, readCredential } from '../tenants/tokens.ts';
import { readJson } from './body.ts';
import { type Deps, asCaller, whoAsks } from './context.ts';

const parseRequest = parser<DecisionRequest>('decision-request.json');
const parseBatch = parser<DecisionBatchRequest>('decision-batch-request.json');
const parseOutcome = parser<OutcomeRequest>('outcome-request.json');

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
      await asCaller(deps, context, 'outcome.report', (tx, caller) => reportOutcome(tx, caller, seq, request));
      return context.json({ decision_id: `D-${seq}`, status: request.status }, 201);
    });
}

/** Decides, or gives the answer again that the key has had. */
async function ask(
  { ledger, policy, sql }: Deps,
  credential: ReturnType<typeof readCredential>,
  body: unknown,
  key: string | null,
): Promise<Decision> {
  const request = parseRequest(body);
  const idempotency: Idempotency | null = key === null ? null : { key, requestHash: canonicalHash(request) };
  const decided = await ledger.submit(credential.tenant, (tx) =>
    decide(tx, policy, authorize(tx, policy, credential, 'decision.ask'), request, idempotency),
  );
  return 'decision' in decided ? decided.decision : recordedAnswer(sql, credential.tenant, decided.earlier);
}

/** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): any visible ASCII up to 200 characters. */
function idempotencyKey(context: Context): string | null {
  const key = context.req.header('idempotency-key');
  if (key === undefined) return null;
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw invalid([
      { field: 'Idempotency-Key', code: 'header.pattern', message: 'must be 1 to 200 visible ASCII characters' },
    ]);
  return key;
}

function decisionSeq(context: Context): number {
  const match = /^D-([0-9]{1,15})$/.exec(context.req.param('id') ?? '');
  if (!match) throw notFound('decision');
  return Number(match[1]);
}

function isOutright(reason: unknown): boolean {
  return !(reason instanceof Problem) || reason.status === 401 || reason.status === 403 || reason.status >= 500;
}
