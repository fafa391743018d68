import { type Company, approvedPlan } from '../company.ts';

/** A1, media plan approval: once per tenant. On a day after the first, what is left of it. */
export async function playPlanApproval(company: Company): Promise<void> {
  const { act, ask, vote, stage, run } = company;
  const earlier = await approvedPlan(company, 'paul');
  const plan = await act('paul registers a media plan', { status: 201 }, 'paul', 'POST', '/v1/plans', {
    type: 'initial',
    payload: {
      name: `Harvest Health, spring ${run}`,
      currency: 'USD',
      total_budget_minor: 12_000_000,
      flights: [{ platform: 'meta', start: '2027-01-11', end: '2027-03-31', budget_minor: 12_000_000 }],
      creative_themes: ['daily greens', 'strong bones'],
    },
  });
  const resource = `plan/${plan.version}`;
  if (earlier !== null) {
    stage.say(`This tenant has an approved plan since an earlier day, so a first plan is out of order and A1 is over.`);
    await ask('media-planner', 'plan.execute', { resource }, { effect: 'deny', codes: ['plan.initial_stale'] });
    const current = { resource: `plan/${earlier}` };
    await ask('media-planner', 'plan.execute', current, { effect: 'allow', codes: ['plan.approved'] });
    return;
  }
  const { ticket } = await ask(
    'media-planner',
    'plan.execute',
    { resource },
    { effect: 'review', codes: ['plan.not_approved'], state: 'pending', wrong: isType('A1') },
  );
  await vote('media-planner', 'approve', ticket, { status: 403, problem: 'operation.forbidden' });
  await vote('paul', 'approve', ticket, { status: 403, problem: 'verdict.refused', codes: ['verdict.self_approval'] });
  await vote('pia', 'approve', ticket, { state: 'consumed' }, 'Fine with me.');
  stage.say('An approved plan applies itself: the ticket is used up, the plan is in force.');
  await ask('media-planner', 'plan.execute', { resource }, { effect: 'allow', codes: ['plan.approved'] });
}

/** A5, plan revision and replan. `campaign` runs under the plan that is superseded. */
export async function playRevision(company: Company, campaign: string): Promise<void> {
  const { act, ask, vote, run } = company;
  const base = (await approvedPlan(company, 'paul'))!;
  const register = (type: 'revise' | 'replan', from: number, total: number) =>
    act(
      `media-planner registers a ${type} of plan ${from}: USD ${total / 100}`,
      { status: 201 },
      'media-planner',
      'POST',
      '/v1/plans',
      {
        type,
        base_version: from,
        payload: {
          name: `Harvest Health, ${type} ${run}`,
          currency: 'USD',
          total_budget_minor: total,
          flights: [{ platform: 'meta', start: '2027-01-11', end: '2027-04-30', budget_minor: total }],
        },
      },
    );
  const before = (await company.look('paul', 'GET', `/v1/plans/${base}`)).body.payload.total_budget_minor;
  const next = await register('revise', base, before + 600_000);
  const resource = `plan/${next.version}`;
  const { ticket } = await ask(
    'media-planner',
    'plan.revise',
    { resource },
    {
      effect: 'review',
      codes: ['revision.needs_approval', 'revision.budget_increase'],
      state: 'pending',
      wrong: isType('A5'),
    },
  );
  await vote('paul', 'approve', ticket, { state: 'pending' });
  await vote('clara', 'approve', ticket, { state: 'consumed' }, 'More greens, more budget.');
  await ask('media-planner', 'plan.execute', { resource }, { effect: 'allow', codes: ['plan.approved'] });
  await ask(
    'media-planner',
    'plan.execute',
    { resource: `plan/${base}` },
    { effect: 'deny', codes: ['plan.superseded'] },
  );
  await ask(
    'bid-optimizer',
    'optimization.apply',
    { resource: `campaign/${campaign}`, properties: { field: 'bid_minor', after: 101 } },
    { effect: 'deny', codes: ['campaign.plan_not_approved'] },
  );
  const replan = await register('replan', next.version, before + 1_200_000);
  const asked = await ask(
    'media-planner',
    'plan.replan',
    { resource: `plan/${replan.version}` },
    { effect: 'review', codes: ['revision.needs_approval'], state: 'pending', wrong: isType('A5') },
  );
  await vote('clara', 'reject', asked.ticket, { state: 'rejected' }, 'Not another one this month.');
  await vote('paul', 'approve', asked.ticket, { status: 409, problem: 'ticket.not_pending' });
}

/** The ticket is of this type. */
export const isType = (type: string) => (body: any) =>
  body.ticket?.type !== type && `ticket is ${body.ticket?.type}, expected ${type}`;
