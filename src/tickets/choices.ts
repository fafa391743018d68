import type { Tx } from '../audit/view.ts';
import { Problem, pointerStep } from '../contract/problem.ts';
import type { NarrowingRule, Reason, Resolution, VerdictInput } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import type { Caller } from '../tenants/tokens.ts';
import { FLAGGING, type TicketRow, WAITING } from './tables.ts';
import { askVerdict, verdictInput } from './verdict-input.ts';

export interface Choice {
  allowed: boolean;
  /** Why not, in policy's words. */
  reasons: Pick<Reason, 'code' | 'message'>[];
  /** The slot that an approval would fill. */
  slot: string | null;
}

export interface Choices extends Record<
  'approve' | 'reject' | 'request_changes' | 'revoke' | 'cancel' | 'acknowledge' | 'claim' | 'release',
  Choice
> {
  /** Of a red flag: each way to resolve it. */
  resolve: Partial<Record<Resolution['kind'], Choice>>;
  /** Fields of which this human could approve less than is asked. */
  tighter: NarrowingRule[];
}

const KINDS: Resolution['kind'][] = ['resume', 'raise_allowance', 'revise_estimate', 'abort'];

/** What this human may do to the ticket as it stands, by the policy that judges the verdict when it is cast. */
export function choicesOf(tx: Tx, policy: Policy, caller: Caller, ticket: TicketRow): Choices {
  const may = (action: VerdictInput['verdict']['action'], states: readonly string[], more = {}): Choice => {
    if (!states.includes(ticket.state)) return { allowed: false, reasons: [], slot: null };
    try {
      const answer = askVerdict(tx, policy, caller, ticket, { action, ...more });
      return { allowed: true, reasons: [], slot: answer.slot ?? null };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const reasons = (error.extra['reasons'] as Reason[] | undefined) ?? [];
      return { allowed: false, reasons, slot: null };
    }
  };
  const resolve = (kind: Resolution['kind']) =>
    may('resolve', FLAGGING, { resolution: example(kind, ticket), commented: true });
  const approve = may('approve', ['pending']);
  const tighter = () =>
    pointersOf(ticket).flatMap((pointer) => {
      const asked = verdictInput(tx, ticket, caller, { action: 'approve', terms: [pointer] });
      return policy.verdict(asked).narrowing ?? [];
    });
  return {
    approve,
    reject: may('reject', ['pending']),
    request_changes: may('request_changes', ['pending']),
    revoke: may('revoke', ['approved']),
    cancel: may('cancel', WAITING),
    acknowledge: may('acknowledge', ['open']),
    claim: may('claim', WAITING, { minutes: 1 }),
    release: may('release', WAITING),
    tighter: approve.allowed ? tighter() : [],
    resolve: ticket.red_flag ? Object.fromEntries(KINDS.map((kind) => [kind, resolve(kind)])) : {},
  };
}

const POINTERS_MAX = 20;

/** Fields that terms could speak of. */
function pointersOf({ subject: { action, resource } }: TicketRow): string[] {
  const of = (at: string, properties: object = {}) => Object.keys(properties).map((name) => at + pointerStep(name));
  return [...of('/action/properties', action.properties), ...of('/resource/properties', resource.properties)].slice(
    0,
    POINTERS_MAX,
  );
}

/** The least of a resolution that could be sent, to ask whether its kind is open to this human at all. */
function example(kind: Resolution['kind'], { subject }: TicketRow): Resolution {
  if (kind === 'revise_estimate') return { kind, estimate_pico_usd: '1' };
  const exhausted = subject.flag?.loop?.exhausted ?? [];
  return kind === 'raise_allowance'
    ? { kind, allowance: Object.fromEntries(exhausted.map((name) => [name, 1])) }
    : { kind };
}
