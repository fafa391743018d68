import type { Actor } from '../audit/entry.ts';
import { type Index, defineTable } from '../audit/table.ts';
import type { Tx } from '../audit/view.ts';
import { Problem, invalid, notFound } from '../contract/problem.ts';
import type { DecisionAnswer, DecisionInput, Mandate, MandateRecord, Principal } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { actorOf } from '../tenants/tokens.ts';
import { campaignTable } from './tables.ts';

// A mandate is a client's yes in advance: "up to 10 % a month without asking me". Policy says when it takes the place of
// the client's slot and how much an allow draws; here it is kept, and the drawing is part of the decision's own commit, so
// that what is left can never be spent twice.

/** Mandates not revoked. Few a tenant. Served by the index mandate_standing. */
const standingMandates: Index<MandateRecord> = {
  name: 'mandate/standing',
  keys: (row) => (row.revoked_at === null ? [''] : []),
  where: `k.key = '' and t.revoked_at is null`,
};

export const mandateTable = defineTable<MandateRecord>({
  name: 'mandate',
  columns: {
    mandate_id: 'text',
    granted_by: 'text',
    max_increase_pct: 'json',
    campaign_ids: 'json',
    expires_at: 'time',
    note: 'text',
    granted_at: 'time',
    revoked_at: 'time',
    revoked_by: 'text',
  },
  key: ['mandate_id'],
  indexes: [standingMandates],
});

/** What a month has drawn of a mandate, by campaign and field. */
export interface MonthRow {
  mandate_id: string;
  campaign_id: string;
  field: string;
  /** Calendar month in UTC, `2026-03`. */
  month: string;
  base_minor: number;
  drawn_minor: number;
}

export const monthTable = defineTable<MonthRow>({
  name: 'mandate_month',
  columns: {
    mandate_id: 'text',
    campaign_id: 'text',
    field: 'text',
    month: 'text',
    base_minor: 'int',
    drawn_minor: 'int',
  },
  key: ['mandate_id', 'campaign_id', 'field', 'month'],
});

export interface UseRow {
  decision_seq: number;
  mandate_id: string;
  campaign_id: string;
  field: string;
  month: string;
  amount_minor: number;
  drawn_at: string;
  /** When the outcome gave back what was not used of it, and how much that was. */
  returned_at: string | null;
  returned_minor: number;
}

/** What each decision drew. */
export const useTable = defineTable<UseRow>({
  name: 'mandate_use',
  columns: {
    decision_seq: 'int',
    mandate_id: 'text',
    campaign_id: 'text',
    field: 'text',
    month: 'text',
    amount_minor: 'int',
    drawn_at: 'time',
    returned_at: 'time',
    returned_minor: 'int',
  },
  key: ['decision_seq'],
});

const STANDING_MAX = 20;
/** How far ahead a mandate may end. */
export const DAYS_MAX = 366;

/**
 * Gives a mandate, if policy lets this client give it.
 * @throws Problem 400 for an end too far ahead, 403 `mandate.refused` with policy's reasons, 404 for an unknown campaign, 409 `mandate.too_many`
 */
export function grantMandate(tx: Tx, policy: Policy, client: Principal, mandate: Mandate): MandateRecord {
  const { config } = currentTenant(tx);
  const expires_at = new Date(mandate.expires_at).toISOString();
  if (Date.parse(expires_at) - Date.parse(tx.now) > DAYS_MAX * 86_400_000)
    throw invalid([
      { field: '/expires_at', code: 'mandate.too_long', message: `must be at most ${DAYS_MAX} days ahead` },
    ]);
  const answer = policy.mandate({
    now: tx.now,
    tenant: { id: tx.log, config: config.config },
    voter: { kind: client.kind, id: client.id, roles: client.roles },
    mandate: { ...mandate, expires_at },
  });
  if (answer.effect !== 'allow')
    throw new Problem(403, 'mandate.refused', answer.reasons.map((reason) => reason.message).join(' '), {
      reasons: answer.reasons,
    });
  for (const [i, id] of (mandate.campaign_ids ?? []).entries())
    if (!tx.get(campaignTable, id)) throw notFound(`campaign of /campaign_ids/${i}`);
  if (inForce(tx).length >= STANDING_MAX)
    throw new Problem(409, 'mandate.too_many', `There are ${STANDING_MAX} mandates in force; revoke one first.`);
  const row: MandateRecord = {
    mandate_id: `M-${tx.seq}`,
    granted_by: client.id,
    max_increase_pct: mandate.max_increase_pct,
    campaign_ids: mandate.campaign_ids ?? null,
    expires_at,
    note: mandate.note ?? null,
    granted_at: tx.now,
    revoked_at: null,
    revoked_by: null,
  };
  tx.insert(mandateTable, row);
  append(tx, actorOf(client), 'mandate.granted', row.mandate_id, row);
  return row;
}

/** How much this client could give, before it asks: policy's answer on the smallest mandate there is. */
export function mandateLimits(tx: Tx, policy: Policy, client: Principal) {
  const { increase_pct_max } = policy.mandate({
    now: tx.now,
    tenant: { id: tx.log, config: currentTenant(tx).config.config },
    voter: { kind: client.kind, id: client.id, roles: client.roles },
    mandate: { max_increase_pct: 0.01, expires_at: new Date(Date.parse(tx.now) + 86_400_000).toISOString() },
  });
  return { increase_pct_max, standing: inForce(tx).length, standing_max: STANDING_MAX };
}

/** Ends a mandate: what it has not let pass yet asks the client again. @throws Problem 404, 409 `mandate.revoked` */
export function revokeMandate(tx: Tx, actor: Actor, mandateId: string): MandateRecord {
  const mandate = tx.get(mandateTable, mandateId);
  if (!mandate) throw notFound('mandate');
  if (mandate.revoked_at !== null)
    throw new Problem(409, 'mandate.revoked', `${mandate.revoked_by} revoked the mandate at ${mandate.revoked_at}.`);
  const row = { ...mandate, revoked_at: tx.now, revoked_by: actor.id };
  tx.put(mandateTable, row);
  append(tx, actor, 'mandate.revoked', mandateId, { mandate_id: mandateId });
  return row;
}

/** The mandates that could carry a change of this campaign's field, with what this month has drawn. */
export function heldMandates(
  tx: Tx,
  campaignId: string,
  field: string,
): NonNullable<DecisionInput['facts']['mandates']> {
  return standing(tx)
    .filter(
      ({ campaign_ids, expires_at }) =>
        expires_at > tx.now && (campaign_ids === null || campaign_ids.includes(campaignId)),
    )
    .map(({ mandate_id, max_increase_pct, expires_at }) => {
      const month = tx.get(monthTable, mandate_id, campaignId, field, monthOf(tx.now));
      return {
        mandate_id,
        max_increase_pct,
        expires_at,
        ...(month && { base_minor: month.base_minor, drawn_minor: month.drawn_minor }),
      };
    });
}

/** Draws what an allow needs. The entry is the decision's, which says the same. */
export function drawMandates(
  tx: Tx,
  draws: DecisionAnswer['draws'],
  decisionSeq: number,
  campaignId: string,
  change: { field: string; before: number },
): void {
  for (const { mandate_id, amount_minor } of draws) {
    const key = { mandate_id, campaign_id: campaignId, field: change.field, month: monthOf(tx.now) };
    const month = tx.get(monthTable, mandate_id, campaignId, change.field, key.month);
    tx.put(monthTable, {
      ...key,
      base_minor: month?.base_minor ?? change.before,
      drawn_minor: (month?.drawn_minor ?? 0) + amount_minor,
    });
    tx.insert(useTable, {
      decision_seq: decisionSeq,
      ...key,
      amount_minor,
      drawn_at: tx.now,
      returned_at: null,
      returned_minor: 0,
    });
  }
}

/** What was set in the end of what a decision allowed: nothing when it failed, or when the field is not among it. */
export interface SetInstead {
  field: string;
  allowed: number;
  set: number | undefined;
}

/**
 * Gives back what a decision drew and its outcome did not use, to the month that it was drawn from. The entry is the
 * outcome's.
 * @param done the values that a partial outcome set; none when nothing was done
 * @returns what was given back; null when that is nothing
 */
export function returnDraw(tx: Tx, decisionSeq: number, done: SetInstead[] = []): Return | null {
  const use = tx.get(useTable, decisionSeq);
  if (!use || use.returned_at !== null) return null;
  const returned_minor = unusedOf(
    use.amount_minor,
    done.find(({ field }) => field === use.field),
  );
  if (returned_minor === 0) return null;
  const month = tx.get(monthTable, use.mandate_id, use.campaign_id, use.field, use.month)!;
  tx.put(monthTable, { ...month, drawn_minor: month.drawn_minor - returned_minor });
  tx.put(useTable, { ...use, returned_at: tx.now, returned_minor });
  return { mandate_id: use.mandate_id, month: use.month, amount_minor: use.amount_minor, returned_minor };
}

interface Return {
  mandate_id: string;
  month: string;
  amount_minor: number;
  returned_minor: number;
}

/** The draw is the increase that was allowed, so what is used is the increase that took place: never less than none of it. */
export function unusedOf(drawn: number, done: Pick<SetInstead, 'allowed' | 'set'> | undefined): number {
  if (done?.set === undefined) return drawn;
  return Math.min(drawn, Math.max(0, done.allowed - done.set));
}

function standing(tx: Tx): MandateRecord[] {
  return tx.find(mandateTable, standingMandates, '');
}

/** Neither revoked nor over. */
function inForce(tx: Tx): MandateRecord[] {
  return standing(tx).filter(({ expires_at }) => expires_at > tx.now);
}

/** Of an ISO time in UTC. */
function monthOf(now: string): string {
  return now.slice(0, 7);
}

function append(tx: Tx, actor: Actor, action: string, mandateId: string, payload: object): void {
  tx.append({ action, actor, resource: `mandate/${mandateId}`, payload: JSON.stringify(payload) });
}
