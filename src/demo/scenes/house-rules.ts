import { stringify } from 'yaml';
import { AGENCY } from '../cast.ts';
import type { Company } from '../company.ts';

/** What holds whatever is asked: ceilings, idempotency, unknown actions, tenants that do not see each other. */
export async function playHouseRules({ act, ask, stage, run, tenant }: Company, other: Company): Promise<void> {
  const { config } = AGENCY.find(({ id }) => id === tenant)!;
  const looser = {
    ...config,
    approval_policy: { ...config.approval_policy, auto_approve_optimization_under_pct: 25 },
    loop_policy: { ...config.loop_policy, tool_rounds_max: 50, on_exhaustion: 'infinite_retry' },
    cost_guard_policy: { trip_multiplier: 5, block_on_trip: false },
  };
  const put = (who: string, what: object) => [who, 'PUT', '/v1/tenant/config', stringify(what)] as const;
  const fields = ['auto_approve', 'tool_rounds', 'on_exhaustion', 'trip_multiplier', 'block_on_trip'];
  await act(
    'anna saves a configuration looser than the ceilings',
    {
      status: 422,
      problem: 'config.looser_than_ceiling',
      wrong: (body) => {
        const named = body.errors.map((error: any) => error.field);
        const missing = fields.filter((field) => !named.some((name: string) => name.includes(field)));
        return (missing.length > 0 || named.length !== fields.length) && `fields named: ${named}`;
      },
    },
    ...put('anna', looser),
  );
  await act('olga, no admin, saves one', { status: 403, problem: 'operation.forbidden' }, ...put('olga', config));

  const twice = {
    resource: `campaign/greens-${run}`,
    properties: { field: 'bid_minor', after: 107 },
    key: `night-run-${run}`,
  };
  const first = await ask('bid-optimizer', 'optimization.apply', twice, { effect: 'allow' });
  stage.say('The answer got lost on the way, so the agent asks again.');
  await ask('bid-optimizer', 'optimization.apply', twice, {
    effect: 'allow',
    wrong: (body) =>
      (body.decision_id !== first.decision_id || body.receipt.leaf_hash !== first.receipt.leaf_hash) &&
      `another decision: ${body.decision_id}, not ${first.decision_id}`,
  });
  await ask(
    'bid-optimizer',
    'optimization.apply',
    { ...twice, properties: { field: 'bid_minor', after: 106 } },
    { status: 409, problem: 'idempotency.conflict' },
  );

  await ask(
    'bid-optimizer',
    'campaign.delete',
    { resource: `campaign/greens-${run}` },
    { effect: 'deny', codes: ['action.unknown'] },
  );
  const foreign = `/v1/campaigns/greens-${run}`;
  await other.act(
    `niels of ${other.tenant} looks for it`,
    { status: 404, problem: 'not_found' },
    'niels',
    'GET',
    foreign,
  );
}
