import { comparePayloads } from '../../plans/compare.ts';
import type { Payload } from '../../plans/payload.ts';
import type { CampaignRow, PlanRow } from '../../plans/tables.ts';
import type { TicketRow } from '../../tickets/tables.ts';

/** What is asked of the client, without the words of the agency's trade. */
export type Ask =
  | {
      kind: 'amount';
      campaign: string;
      field: string;
      before: number | null;
      after: number;
      currency: string | null;
    }
  | { kind: 'plan'; name: string; first: boolean; rises: boolean; payload: Payload; changes: PlanChanges | null }
  | { kind: 'access'; id: string }
  | { kind: 'other' };

/** What a plan changes of the one that it was made from. */
export type PlanChanges = Omit<ReturnType<typeof comparePayloads>, 'differences' | 'summary'> & { before: Payload };

/** Plans and campaigns that requests are about. */
export interface Held {
  campaigns: Map<string, CampaignRow>;
  plans: Map<number, PlanRow>;
}

/** Why the client is asked, and whether a word of it is needed at all. */
export type Role =
  /** Waits for the client. */
  | 'asked'
  /** The client has said yes; others have not yet. */
  | 'answered'
  /** The agency decides; the client may object. */
  | 'may_object'
  /** Nothing can be said any more, or not now. */
  | 'over';

const CLIENT = 'client';

export function askOf(subject: TicketRow['subject'], { campaigns, plans }: Held): Ask {
  const { type, id } = subject.resource;
  if (type === 'plan') {
    const plan = plans.get(Number(id));
    return plan ? planAsk(plan, plans) : { kind: 'other' };
  }
  if (type === 'access') return { kind: 'access', id };
  const change = subject.diff.find(({ path }) => /^\/live\/[^/]+$/.test(path));
  if (type !== 'campaign' || typeof change?.after !== 'number') return { kind: 'other' };
  const campaign = campaigns.get(id);
  return {
    kind: 'amount',
    campaign: campaign?.name ?? id,
    field: change.path.slice('/live/'.length),
    before: typeof change.before === 'number' ? change.before : null,
    after: change.after,
    currency: (campaign && plans.get(campaign.plan_version)?.payload.currency) ?? null,
  };
}

function planAsk(plan: PlanRow, plans: Map<number, PlanRow>): Ask {
  const before = plan.base_version === null ? undefined : plans.get(plan.base_version)?.payload;
  const { payload } = plan;
  const changes = before ? { ...comparePayloads(before, payload), before } : null;
  const rises = changes !== null && (changes.total.delta_minor === null || changes.total.delta_minor > 0);
  return { kind: 'plan', name: payload.name, first: changes === null, rises, payload, changes };
}

/** Themes that are new in it. */
export function newThemes(ask: Extract<Ask, { kind: 'plan' }>): string[] {
  return ask.changes ? ask.changes.creative_themes.added : (ask.payload.creative_themes ?? []);
}

export function roleOf(row: TicketRow): Role {
  if (row.state !== 'pending') return 'over';
  const own = row.spec.slots.filter(({ any_of }) => any_of.includes(CLIENT));
  if (own.length === 0) return 'may_object';
  const filled = new Set(
    row.votes.filter((vote) => vote.revision === row.revision && vote.verdict === 'approve').map((vote) => vote.slot),
  );
  return own.some(({ id }) => !filled.has(id)) ? 'asked' : 'answered';
}

/** Does the agency have to agree as well? */
export function agencyDecidesToo(row: TicketRow): boolean {
  return row.spec.slots.some(({ any_of }) => !any_of.includes(CLIENT));
}

/** Codes of policy's reasons, in the order in which they are told. */
export function whyAsked(row: TicketRow): ('increase' | 'themes')[] {
  const codes = new Set(row.reasons.map(({ code }) => code));
  return [
    ...(['budget.client_must_approve', 'revision.budget_increase'].some((code) => codes.has(code))
      ? (['increase'] as const)
      : []),
    ...([...codes].some((code) => code.endsWith('.creative_themes')) ? (['themes'] as const) : []),
  ];
}
