import type { Context } from 'hono';
import { canonicalHash } from '../contract/canonical.ts';
import { invalid } from '../contract/problem.ts';
import type { Decision, DecisionRequest } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { type Idempotency, decide } from '../decide/decide.ts';
import { recordedAnswer } from '../decide/recorded.ts';
import { authorize, type readCredential } from '../tenants/tokens.ts';
import type { Deps } from './context.ts';

const parseRequest = parser<DecisionRequest>('decision-request.json');

/** Decides, or gives the answer again that the key has had. */
export async function ask(
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
export function idempotencyKey(context: Context): string | null {
  const key = context.req.header('idempotency-key');
  if (key === undefined) return null;
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw invalid([
      { field: 'Idempotency-Key', code: 'header.pattern', message: 'must be 1 to 200 visible ASCII characters' },
    ]);
  return key;
}
