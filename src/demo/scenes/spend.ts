import type { Company } from '../company.ts';
import type { Expected } from '../stage.ts';
import { isType } from './plan.ts';

/** A3, spend guardrail: small steps go by themselves until they add up; more spend needs an operator and the client. */
export async function playSpend(company: Company, campaign: string): Promise<void> {
  const { act, ask, vote, applied, stage } = company;
  const resource = `campaign/${campaign}`;
  const bid = (after: number) => ({ resource, properties: { field: 'bid_minor', after } });
  const budget = (after: number, approval?: string) => ({
    resource,
    properties: { field: 'daily_budget_minor', after },
    ...(approval !== undefined && { approval }),
  });
  const within: Expected = { effect: 'allow', codes: ['budget.within_guardrail'] };
  for (const after of [105, 109]) {
    const step = await ask('bid-optimizer', 'optimization.apply', bid(after), within);
    await applied('bid-optimizer', step);
  }
  stage.say('Each step was small. Together they have come far enough.');
  const drifted = await ask('bid-optimizer', 'optimization.apply', bid(113), {
    effect: 'review',
    codes: ['budget.drift_over_guardrail'],
    state: 'pending',
    wrong: (body) =>
      isType('A3')(body) ||
      (body.reasons.some((reason: any) => reason.code === 'budget.step_over_guardrail') && 'the step is over too'),
  });

  stage.say('The live value moves on before anybody decides: what was asked is not what would run.');
  await applied('bid-optimizer', await ask('bid-optimizer', 'optimization.apply', bid(108), within));
  await vote('olga', 'approve', drifted.ticket, { status: 409, problem: 'ticket.superseded' });

  await ask(
    'bid-optimizer',
    'budget.change',
    { resource, properties: { field: 'daily_budget_minor', before: 9_000, after: 9_500 } },
    { effect: 'deny', codes: ['change.before_conflict'] },
  );

  const { ticket } = await ask('bid-optimizer', 'budget.change', budget(12_500), {
    effect: 'review',
    codes: ['budget.step_over_guardrail', 'budget.client_must_approve'],
    state: 'pending',
    wrong: isType('A3'),
  });
  await vote('olga', 'approve', ticket, { state: 'pending' });
  await vote('clara', 'approve', ticket, { state: 'approved' }, 'Go ahead.');
  const proceed = await ask('bid-optimizer', 'budget.change', budget(12_500, ticket.ticket_id), {
    effect: 'allow',
    codes: ['approval.accepted'],
    state: 'consumed',
  });
  await applied('bid-optimizer', proceed);
  await act(
    'olga looks at the campaign',
    {
      wrong: ({ live }) => live?.daily_budget_minor !== 12_500 && `live budget is ${live?.daily_budget_minor}`,
    },
    'olga',
    'GET',
    `/v1/campaigns/${campaign}`,
  );

  stage.say('Operations keep the last word until a permit is used.');
  const more = await ask('bid-optimizer', 'budget.change', budget(15_000), { effect: 'review', state: 'pending' });
  await vote('olga', 'approve', more.ticket, { state: 'pending' });
  await vote('clara', 'approve', more.ticket, { state: 'approved' });
  const { ticket_id } = more.ticket;
  await act(`olga revokes ${ticket_id}`, { state: 'revoked' }, 'olga', 'POST', `/v1/tickets/${ticket_id}/revocation`, {
    comment: 'The card of the client was declined.',
  });
  await ask('bid-optimizer', 'budget.change', budget(15_000, ticket_id), {
    effect: 'deny',
    codes: ['approval.closed'],
  });
}
