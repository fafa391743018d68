import type { Company } from '../company.ts';

/** A8, loop ceilings: two corrections, then a human decides; nobody gets around it under another name. */
export async function playLoop(company: Company): Promise<void> {
  const { act, stage, run } = company;
  const id = `copy-${run}`;
  const start = (runId: string, taskId: string) => ({
    run_id: runId,
    task_id: taskId,
    main_task_id: 'spring-copy',
    agent: 'creative-studio',
    model: 'gpt-4o',
  });
  const task = `headline-${run}`;
  await act(
    'creative-studio starts a run on its task',
    { status: 201 },
    'creative-studio',
    'POST',
    '/v1/runs',
    start(id, task),
  );
  const correct = (n: number, admitted: boolean) =>
    act(
      `creative-studio asks for correction ${n} of its headline`,
      { status: 200, wrong: (body) => body.admitted !== admitted && `admitted is ${body.admitted}` },
      'creative-studio',
      'POST',
      `/v1/runs/${id}/steps`,
      { step_id: `correction-${n}`, kind: 'qc_correction', cause: { code: 'off_brand', detail: 'too loud for tea' } },
    );
  for (const n of [1, 2]) {
    await correct(n, true);
    await act(
      'the reconciler reports that the headline failed its check',
      { status: 201 },
      'reconciler',
      'POST',
      '/v1/qc/results',
      {
        ...start(id, task),
        result_id: `${id}-${n}`,
        pass: false,
        failure_codes: ['off_brand'],
        at: new Date().toISOString(),
      },
    );
  }
  const { ticket } = (await correct(3, false)).decision;
  stage.say('Two corrections are the ceiling. The third is denied, and a red flag is open.');
  await act(
    'creative-studio starts afresh on the same task',
    { status: 200, wrong: (body) => body.started && 'a fresh run got around the red flag' },
    'creative-studio',
    'POST',
    '/v1/runs',
    start(`${id}-again`, task),
  );
  await act(
    'creative-studio starts a run on another task',
    { status: 201 },
    'creative-studio',
    'POST',
    '/v1/runs',
    start(`${id}-other`, `${task}-other`),
  );
  const { ticket_id, revision, subject_hash } = ticket;
  const verdict = (more: object) => ({ revision, subject_hash, ...more });
  const verdicts = `/v1/tickets/${ticket_id}/verdicts`;
  await act(
    `niels acknowledges ${ticket_id}`,
    { state: 'acknowledged' },
    'niels',
    'POST',
    verdicts,
    verdict({ verdict: 'acknowledge' }),
  );
  await act(
    `niels grants one more correction: “The brief was unclear.”`,
    { state: 'resolved' },
    'niels',
    'POST',
    verdicts,
    verdict({
      verdict: 'resolve',
      resolution: { kind: 'raise_allowance', allowance: { qc_correction: 1 } },
      comment: 'The brief was unclear.',
    }),
  );
  await correct(3, true);
}

/** A9, Cost Guard: holds before calls, and a stop in the commit that reaches three times the estimate. Left open: the dashboard shows it. */
export async function playCost(company: Company): Promise<void> {
  const { act, stage, run } = company;
  const id = `bids-${run}`;
  await act('bid-optimizer starts a run', { status: 201 }, 'bid-optimizer', 'POST', '/v1/runs', {
    run_id: id,
    task_id: `bids-${run}`,
    main_task_id: 'weekly-bids',
    agent: 'bid-optimizer',
    model: 'gpt-4o',
  });
  await act(
    'bid-optimizer estimates it: four calls of 2,000 tokens in and 500 out',
    { status: 201 },
    'bid-optimizer',
    'POST',
    `/v1/runs/${id}/estimate`,
    { calls: [{ model: 'gpt-4o', input_tokens: 2000, max_output_tokens: 500, count: 4 }] },
  );
  const hold = (n: number, admitted: boolean) =>
    act(
      `bid-optimizer wants to make call ${n}`,
      { status: 200, wrong: (body) => body.admitted !== admitted && `admitted is ${body.admitted}` },
      'bid-optimizer',
      'POST',
      `/v1/runs/${id}/holds`,
      { hold_id: `call-${n}`, model: 'gpt-4o', input_tokens: 2000, max_output_tokens: 500 },
    );
  await hold(1, true);
  await act(
    'bid-optimizer reports what the call used',
    { status: 200 },
    'bid-optimizer',
    'POST',
    `/v1/runs/${id}/holds/call-1/settlement`,
    { usage: { model: 'gpt-4o-2024-08-06', usage: { prompt_tokens: 2000, completion_tokens: 480 } } },
  );
  stage.say('The invoice knows of calls that nobody asked for.');
  await act(
    'the reconciler reports 0.12 USD of spend on the run',
    { status: 200 },
    'reconciler',
    'POST',
    '/v1/spend-events',
    { event_id: `invoice-${run}`, run_id: id, pico_usd: '120000000000' },
  );
  await hold(2, false);
  const { body } = await company.look('niels', 'GET', '/v1/tickets?type=A9&limit=1');
  const { ticket_id, revision, subject_hash } = body.tickets[0];
  await act(
    `niels acknowledges ${ticket_id}, which stays open: no call is made on this run until somebody resolves it`,
    { state: 'acknowledged' },
    'niels',
    'POST',
    `/v1/tickets/${ticket_id}/verdicts`,
    { verdict: 'acknowledge', revision, subject_hash },
  );
}

/** A client's mandate, and an approver who allows less than was asked. */
export async function playMandate(company: Company, campaign: string): Promise<void> {
  const { act, ask, vote, applied, stage } = company;
  const resource = `campaign/${campaign}`;
  const change = (after: number, approval?: string) => ({
    resource,
    properties: { field: 'daily_budget_minor', after },
    ...(approval !== undefined && { approval }),
  });
  const { body } = await company.look('olga', 'GET', `/v1/campaigns/${campaign}`);
  const before: number = body.live.daily_budget_minor;
  const given = await act(
    'clara lets budgets go up by 20 % a month',
    { status: 201 },
    'clara',
    'POST',
    '/v1/mandates',
    {
      max_increase_pct: 20,
      campaign_ids: [campaign],
      expires_at: new Date(Date.now() + 90 * 86_400_000).toISOString(),
      note: 'Spring',
    },
  );
  const [wanted, granted] = [Math.round(before * 1.18), Math.round(before * 1.12)];
  const { ticket } = await ask('bid-optimizer', 'budget.change', change(wanted), {
    effect: 'review',
    codes: ['budget.client_mandate'],
    state: 'pending',
    wrong: ({ ticket }) => ticket.slots.length !== 1 && 'the client is asked all the same',
  });
  const { ticket_id, revision, subject_hash } = ticket;
  await act(
    `olga approves ${ticket_id}, but up to ${granted} only`,
    { state: 'approved' },
    'olga',
    'POST',
    `/v1/tickets/${ticket_id}/verdicts`,
    { verdict: 'approve', revision, subject_hash, terms: [{ pointer: '/action/properties/after', at_most: granted }] },
  );
  await ask('bid-optimizer', 'budget.change', change(wanted, ticket_id), {
    effect: 'deny',
    codes: ['approval.beyond_terms'],
  });
  const allowed = await ask('bid-optimizer', 'budget.change', change(granted, ticket_id), {
    effect: 'allow',
    codes: ['approval.accepted'],
    state: 'consumed',
  });
  await applied('bid-optimizer', allowed);
  stage.say('What the client would have been asked for is drawn from the mandate. It may end it at any time.');
  await act(
    `clara takes ${given.mandate_id} back`,
    { status: 201 },
    'clara',
    'POST',
    `/v1/mandates/${given.mandate_id}/revocation`,
  );
  const more = await ask('bid-optimizer', 'budget.change', change(Math.round(granted * 1.15)), {
    effect: 'review',
    codes: ['budget.client_must_approve'],
    state: 'pending',
  });
  await vote('clara', 'reject', more.ticket, { state: 'rejected' }, 'Not before the summer.');
}
