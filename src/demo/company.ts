import type { DecisionRequest } from '../contract/types.ts';
import { AGENCY } from './cast.ts';
import { type Call, type Reply, createClient } from './client.ts';
import type { Expected, Stage } from './stage.ts';

/** A ticket as its voter saw it. */
export interface SeenTicket {
  ticket_id: string;
  revision: number;
  subject_hash: string;
}

export interface Asking {
  /** `<type>/<id>` */
  resource: string;
  properties?: DecisionRequest['action']['properties'];
  /** Properties of the resource. */
  about?: Record<string, unknown>;
  /** Ticket to proceed on. */
  approval?: string;
  /** Idempotency-Key. */
  key?: string;
}

/** What the people and agents of one tenant do in the scenes. Each act is a step, with what it must be answered with. */
export interface Company {
  tenant: string;
  stage: Stage;
  /** Ends every id that this run makes, so that the day can be played again on the same data. */
  run: string;
  /** A request that is no step: the scenes looking something up. */
  look: Call;
  ask(who: string, action: string, asking: Asking, expected: Expected): Promise<any>;
  vote(
    who: string,
    verdict: 'approve' | 'reject' | 'request_changes',
    ticket: SeenTicket,
    expected: Expected,
    comment?: string,
  ): Promise<any>;
  /** Any other request. */
  act(line: string, expected: Expected, ...request: Parameters<Call>): Promise<any>;
  /** Reports that what a decision allowed was applied. */
  applied(who: string, decision: { decision_id: string }): Promise<any>;
}

/** The tenant's people and agents, on a stage. */
export function createCompany(
  stage: Stage,
  url: string,
  tenant: string,
  tokens: Record<string, string>,
  run: string,
): Company {
  const call = createClient(url, tokens);
  const { cast } = AGENCY.find(({ id }) => id === tenant)!;
  const act = (line: string, expected: Expected, ...request: Parameters<Call>): Promise<any> =>
    stage.step(line, call(...request), expected);
  return {
    tenant,
    stage,
    run,
    look: call,
    act,
    ask(who, action, asking, expected) {
      const request = question(cast.find(({ id }) => id === who)!.kind, who, action, asking);
      const headers = asking.key === undefined ? {} : { 'idempotency-key': asking.key };
      return act(sentence(who, action, asking), expected, who, 'POST', '/v1/decisions', request, headers);
    },
    vote(who, verdict, ticket, expected, comment) {
      const { ticket_id, revision, subject_hash } = ticket;
      const body = { verdict, revision, subject_hash, ...(comment !== undefined && { comment }) };
      const line = `${who} ${VERBS[verdict]} ${ticket_id}${comment === undefined ? '' : `: “${comment}”`}`;
      return act(line, expected, who, 'POST', `/v1/tickets/${ticket_id}/verdicts`, body);
    },
    applied(who, { decision_id }) {
      const line = `${who} reports that ${decision_id} was applied`;
      const body = { status: 'applied' };
      return act(line, { status: 201 }, who, 'POST', `/v1/decisions/${decision_id}/outcome`, body);
    },
  };
}

/** The version of the tenant's approved plan, if it has one. */
export async function approvedPlan({ look }: Company, who: string): Promise<number | null> {
  for (let after: string | null = '0'; after !== null;) {
    const { body }: Reply = await look(who, 'GET', `/v1/plans?limit=100${after === '0' ? '' : `&after=${after}`}`);
    const approved = body.plans.find((plan: any) => plan.state === 'approved');
    if (approved) return approved.version;
    after = body.next_after;
  }
  return null;
}

/** A question in its form on the wire. */
export function question(
  kind: DecisionRequest['subject']['type'],
  who: string,
  action: string,
  { resource, properties, about, approval }: Asking,
): DecisionRequest {
  const at = resource.indexOf('/');
  return {
    subject: { type: kind, id: who },
    action: { name: action, ...(properties && { properties }) },
    resource: { type: resource.slice(0, at), id: resource.slice(at + 1), ...(about && { properties: about }) },
    ...(approval !== undefined && { context: { approval: { ticket_id: approval } } }),
  };
}

const VERBS = { approve: 'approves', reject: 'rejects', request_changes: 'requests changes of' };

function sentence(who: string, action: string, { resource, properties, approval, key }: Asking): string {
  const change = properties?.field === undefined ? '' : `, ${properties.field} → ${properties.after}`;
  return `${who} asks: ${action} on ${resource}${change}${approval ? `, on ${approval}` : ''}${key ? `, key ${key}` : ''}`;
}
