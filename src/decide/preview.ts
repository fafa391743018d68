import type { Tx } from '../audit/view.ts';
import type { DecisionAnswer, DecisionRequest, Principal } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import { gatherFacts } from './facts.ts';

/** What policy would answer to a question now. */
export interface Preview {
  /** The question as it would be asked: with the approval that it has by now. */
  question: DecisionRequest;
  effect: DecisionAnswer['effect'];
  reasons: DecisionAnswer['reasons'];
  /** The ticket that it would open. */
  opens: { type: string; slots: string[][] } | null;
  /** The living ticket that asks for exactly this already. */
  ticket: { ticket_id: string; state: string } | null;
}

/**
 * Works out what policy would answer, for who thinks about asking. Nothing is written, and asking may give another answer: it is
 * decided anew.
 */
export function previewAnswer(tx: Tx, policy: Policy, caller: Principal, request: DecisionRequest): Preview {
  const { open } = gatherFacts(tx, caller, request);
  const question: DecisionRequest =
    open?.state === 'approved'
      ? { ...request, context: { ...request.context, approval: { ticket_id: open.ticket_id } } }
      : request;
  const { input } = gatherFacts(tx, caller, question);
  const { effect, reasons, ticket } = policy.decide(JSON.stringify(input));
  return {
    question,
    effect,
    reasons,
    opens: ticket ? { type: ticket.type, slots: ticket.slots.map(({ any_of }) => any_of) } : null,
    ticket: open ? { ticket_id: open.ticket_id, state: open.state } : null,
  };
}
