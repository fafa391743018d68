import type { Creative } from '../../contract/types.ts';
import { CLAIMS, DISCLAIMER } from '../claims.ts';
import { type Company, question } from '../company.ts';
import { isType } from './plan.ts';

type Words = Pick<Creative, 'headline' | 'body'> & { disclaimer?: string };

/** A7, compliance: what may run, what never may, and what people look at and change first. */
export async function playCompliance(company: Company): Promise<void> {
  const { ask, vote, act, stage, run } = company;
  const launch = (id: string) => ({ resource: `creative/${id}-${run}` });
  const write = writer(company, 'meta');

  await write('bones', { headline: 'A glass a day', body: `${CLAIMS.bones.words}.`, disclaimer: DISCLAIMER });
  stage.say(CLAIMS.bones.source);
  await ask('creative-studio', 'creative.launch', launch('bones'), {
    effect: 'allow',
    codes: ['creative.no_finding'],
  });

  await write('salmon', { headline: 'Omega 3 Salmon Oil', body: `${CLAIMS.bloodPressure.words}.` });
  stage.say(CLAIMS.bloodPressure.source);
  await ask('creative-studio', 'creative.launch', launch('salmon'), {
    effect: 'deny',
    codes: ['compliance.health_disease_claim'],
  });

  await write('drops', { headline: 'The drops', body: `${CLAIMS.pounds.words}!` });
  stage.say(CLAIMS.pounds.source);
  await ask('creative-studio', 'creative.launch', launch('drops'), {
    effect: 'deny',
    codes: ['compliance.health_weight_loss'],
  });

  await write('memory', { headline: 'Remember this', body: `It can ${CLAIMS.memory.words}.` });
  stage.say(CLAIMS.memory.source);
  const memory = await ask('creative-studio', 'creative.launch', launch('memory'), {
    effect: 'review',
    codes: ['compliance.health_structure_function'],
    state: 'pending',
    wrong: isType('A7'),
  });
  await vote('pia', 'reject', memory.ticket, { state: 'rejected' }, 'Nobody can show ninety days.');

  await write('bergamot', { headline: 'Bergamot, every morning', body: `Our bergamot is ${CLAIMS.proof.words}.` });
  stage.say(CLAIMS.proof.source);
  const { ticket } = await ask('creative-studio', 'creative.launch', launch('bergamot'), {
    effect: 'review',
    codes: ['compliance.health_proof'],
    state: 'pending',
    wrong: (body) =>
      isType('A7')(body) || (body.ticket.slots.length !== 2 && 'the legal flag asks for planner and legal'),
  });
  await vote('leo', 'request_changes', ticket, { state: 'changes_requested' }, 'No promise about cholesterol.');
  await write('bergamot', {
    headline: 'Bergamot, every morning',
    body: 'Supports heart health as part of a balanced diet. Clinically tested for absorption; read the study on our site.',
    disclaimer: DISCLAIMER,
  });
  const { ticket_id } = ticket;
  const revised = await act(
    `creative-studio puts the new wording before them as a revision of ${ticket_id}`,
    {
      status: 201,
      effect: 'review',
      state: 'pending',
      wrong: (body) => body.ticket?.revision !== 2 && `revision is ${body.ticket?.revision}`,
    },
    'creative-studio',
    'POST',
    `/v1/tickets/${ticket_id}/revisions`,
    question('agent', 'creative-studio', 'creative.launch', launch('bergamot')),
  );
  stage.say('Pia still has the first wording on her screen.');
  await vote('pia', 'approve', ticket, {
    status: 409,
    problem: 'ticket.stale_view',
    wrong: (body) => !body.difference?.length && 'the difference is not shown',
  });
  await vote('pia', 'approve', revised.ticket, { state: 'pending' });
  await vote('leo', 'approve', revised.ticket, { state: 'consumed' }, 'I have the study.');
  await ask('creative-studio', 'creative.launch', launch('bergamot'), { effect: 'allow', codes: ['creative.cleared'] });
}

/** The other tenant, under the general profile: an environmental claim. */
export async function playGreenClaim(company: Company): Promise<void> {
  const { ask, vote, stage, run } = company;
  const write = writer(company, 'google');
  await write('towel', {
    headline: 'The trail towel',
    body: `Eco-friendly and ${CLAIMS.biodegradable.words}.`,
  });
  stage.say(CLAIMS.biodegradable.source);
  const { ticket } = await ask(
    'creative-studio',
    'creative.launch',
    { resource: `creative/towel-${run}` },
    { effect: 'review', codes: ['compliance.general_green'], state: 'pending', wrong: isType('A7') },
  );
  await vote('nora', 'reject', ticket, { state: 'rejected' }, 'In a landfill it is not.');
}

function writer({ act, run }: Company, platform: string) {
  return (id: string, { headline, body, disclaimer }: Words) =>
    act(`creative-studio writes creative ${id}-${run}`, { status: 201 }, 'creative-studio', 'POST', '/v1/creatives', {
      id: `${id}-${run}`,
      name: headline,
      platform,
      headline,
      body,
      audience: { age_min: 25, countries: ['US'] },
      ...(disclaimer !== undefined && { attributes: { disclaimer } }),
    });
}
