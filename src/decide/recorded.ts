import type { Decision } from '../contract/types.ts';
import type { Sql } from '../db/postgres.ts';
import { toDecision } from './decide.ts';
import { readDecision } from './store.ts';

/** The decision at a position of the log, as it was answered. */
export async function recordedAnswer(sql: Sql, tenant: string, seq: number): Promise<Decision> {
  const { payload, revision, receipt, ticket } = (await readDecision(sql, tenant, seq))!;
  return toDecision(payload.answer, revision, receipt, ticket);
}
