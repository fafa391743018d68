import { type Company, approvedPlan } from '../company.ts';
import { isType } from './plan.ts';

/** A2, launch confirmation: a permit is used once. @returns the id of the campaign that is live now */
export async function playLaunch(company: Company): Promise<string> {
  const { act, ask, vote, applied, stage, run } = company;
  const register = async (id: string, name: string) =>
    act(`media-planner registers campaign ${id}`, { status: 201 }, 'media-planner', 'POST', '/v1/campaigns', {
      id,
      name,
      platform: 'meta',
      plan_version: await approvedPlan(company, 'paul'),
      approved: { daily_budget_minor: 10_000, bid_minor: 100 },
    });
  const id = `greens-${run}`;
  await register(id, 'Daily greens');
  const resource = `campaign/${id}`;
  const launch = (approval?: string) => ({ resource, ...(approval !== undefined && { approval }) });
  const { ticket } = await ask('media-planner', 'campaign.launch', launch(), {
    effect: 'review',
    codes: ['campaign.first_launch'],
    state: 'pending',
    wrong: isType('A2'),
  });
  await ask('media-planner', 'campaign.launch', launch(), {
    effect: 'review',
    codes: ['approval.pending'],
    wrong: (body) => body.ticket.ticket_id !== ticket.ticket_id && 'the same question opened a second ticket',
  });
  await vote('olga', 'approve', ticket, { state: 'approved' });
  await ask('media-planner', 'campaign.launch', launch(), { effect: 'review', codes: ['approval.available'] });
  const proceed = await ask('media-planner', 'campaign.launch', launch(ticket.ticket_id), {
    effect: 'allow',
    codes: ['approval.accepted'],
    state: 'consumed',
  });
  stage.say('The permit is used up: the same approval carries nothing a second time.');
  await ask('media-planner', 'campaign.launch', launch(ticket.ticket_id), {
    effect: 'deny',
    codes: ['approval.consumed'],
  });
  await applied('media-planner', proceed);
  await ask('media-planner', 'campaign.launch', launch(), { effect: 'allow', codes: ['campaign.relaunch'] });

  const other = `detox-${run}`;
  await register(other, 'Detox week');
  const asked = await ask(
    'media-planner',
    'campaign.launch',
    { resource: `campaign/${other}` },
    { effect: 'review', state: 'pending', wrong: isType('A2') },
  );
  await vote('olga', 'reject', asked.ticket, { state: 'rejected' }, 'The client never ordered this.');
  await ask(
    'media-planner',
    'campaign.launch',
    { resource: `campaign/${other}`, approval: asked.ticket.ticket_id },
    { effect: 'deny', codes: ['approval.closed'] },
  );
  return id;
}
