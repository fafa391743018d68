import type { Context } from 'hono';
import type { Cursor } from '../../audit/search.ts';
import type { EntrySearch } from '../../audit/queries.ts';
import { invalid } from '../../contract/problem.ts';
import { queryNumber } from '../body.ts';

const WORD_MAX = 300;
const DAY_MS = 86_400_000;

/** The search of the log as its URL says it. */
export interface AuditQuery {
  action?: string | undefined;
  resource?: string | undefined;
  actor?: string | undefined;
  plan_version?: number | undefined;
  /** Days in UTC, both included. */
  since?: string | undefined;
  until?: string | undefined;
  before?: number | undefined;
  from?: number | undefined;
}

/** @throws Problem 400 that names the parameter */
export function readAuditQuery(context: Context): AuditQuery {
  const text = (name: string) => context.req.query(name)?.trim().slice(0, WORD_MAX) || undefined;
  const number = (name: string) =>
    text(name) === undefined ? undefined : queryNumber(context, name, 0, Number.MAX_SAFE_INTEGER);
  return {
    action: text('action'),
    resource: text('resource'),
    actor: text('actor'),
    plan_version: number('plan_version'),
    since: readDay(text('since'), 'since'),
    until: readDay(text('until'), 'until'),
    before: number('before'),
    from: number('from'),
  };
}

export function searchOf({ action, resource, actor, plan_version, since, until }: AuditQuery): EntrySearch {
  return {
    action,
    resource,
    actor,
    planVersion: plan_version,
    since: since ? new Date(since) : undefined,
    until: until ? new Date(Date.parse(until) + DAY_MS) : undefined,
  };
}

export function cursorOf({ before, from }: AuditQuery): Cursor {
  return from !== undefined ? { from } : before !== undefined ? { before } : null;
}

/** The URL of a search. */
export function auditUrl(query: AuditQuery): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  const text = params.toString();
  return text === '' ? '/audit' : `/audit?${text}`;
}

function readDay(text: string | undefined, name: string): string | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text)))
    throw invalid([{ field: `?${name}`, code: 'query.day', message: 'must be a day, such as 2026-03-31' }]);
  return text;
}
