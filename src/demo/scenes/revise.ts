import { type Company, approvedPlan } from '../company.ts';
import { isType } from './plan.ts';

/**
 * A5, from the drift: what was changed on the platforms since the plan was approved becomes the next version, which the client
 * approves because it costs more; a change that did no good is taken back, and a replan that the client does not want is not made.
 */
export async function playDrift(company: Company, campaign: string): Promise<void> {
  const { act, ask, vote, applied, stage, run } = company;
  const resource = `campaign/${campaign}`;
  const night = `night-${run}`;
  const step = await ask(
    'bid-optimizer',
    'optimization.apply',
    { resource, properties: { field: 'bid_minor', after: 107, change_set_id: night } },
    { effect: 'allow', codes: ['budget.within_guardrail'] },
  );
  await applied('bid-optimizer', step);
  stage.say(
    'The night shift bought nothing with it. Taking it back is a change like any other, and points to what it undoes.',
  );
  const { questions } = await act(
    `bid-optimizer rolls ${night} back`,
    {
      status: 200,
      wrong: (body) => body.questions?.[0]?.decision?.effect !== 'allow' && 'the rollback is not allowed',
    },
    'bid-optimizer',
    'POST',
    `/v1/change-sets/${night}/rollback`,
  );
  await applied('bid-optimizer', questions[0].decision);
  await act(
    'bid-optimizer rolls it back once more',
    { status: 200, wrong: (body) => body.questions?.[0]?.decision?.effect !== 'deny' && 'it went through twice' },
    'bid-optimizer',
    'POST',
    `/v1/change-sets/${night}/rollback`,
  );
  const manifest = await act(
    'paul looks at what runs, and how far it is from the plan',
    { status: 200, wrong: (body) => !body.drifting && 'nothing drifts' },
    'paul',
    'GET',
    `/v1/campaigns/${campaign}/manifest`,
  );
  for (const { field, drift_percent, direction, since } of manifest.values)
    stage.say(`${field}: ${drift_percent} % ${direction}${since ? `, since ${since.change_set_id}` : ''}`);

  const base = (await approvedPlan(company, 'paul'))!;
  const { plan, change_sets, comparison } = await act(
    `media-planner drafts the next version of plan ${base} from the drift`,
    { status: 201 },
    'media-planner',
    'POST',
    `/v1/plans/${base}/revise`,
  );
  stage.say(`Plan ${plan.version} takes in ${change_sets.length} change sets. ${comparison.summary[0]}`);
  const revised = { resource: `plan/${plan.version}` };
  const { ticket } = await ask('media-planner', 'plan.revise', revised, {
    effect: 'review',
    codes: ['revision.budget_increase'],
    state: 'pending',
    wrong: isType('A5'),
  });
  await vote('paul', 'approve', ticket, { state: 'pending' });
  await vote('clara', 'approve', ticket, { state: 'consumed' }, 'It sells, so let it run.');
  const { approved } = (await company.look('paul', 'GET', `/v1/campaigns/${campaign}`)).body;
  const { live } = (await company.look('paul', 'GET', `/v1/campaigns/${campaign}`)).body;
  await act(
    `paul moves ${campaign} under plan ${plan.version}`,
    { status: 200, wrong: (body) => Object.keys(body.drift_since ?? { none: 1 }).length > 0 && 'it still drifts' },
    'paul',
    'POST',
    `/v1/campaigns/${campaign}/plan`,
    { plan_version: plan.version, approved: { ...approved, ...live } },
  );

  const replan = await act(
    'media-planner would rather plan anew',
    { status: 201 },
    'media-planner',
    'POST',
    '/v1/plans',
    {
      type: 'replan',
      base_version: plan.version,
      payload: { ...plan.payload, name: `Anew ${run}`, creative_themes: ['detox'] },
    },
  );
  const asked = await ask(
    'media-planner',
    'plan.replan',
    { resource: `plan/${replan.version}` },
    { effect: 'review', codes: ['revision.needs_approval'], state: 'pending', wrong: isType('A5') },
  );
  await act(
    'clara looks at what would change',
    { status: 200 },
    'clara',
    'GET',
    `/v1/tickets/${asked.ticket.ticket_id}`,
  );
  await vote('clara', 'reject', asked.ticket, { state: 'rejected' }, 'No detox under our name.');
}
