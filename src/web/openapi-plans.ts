import { type Route, get, page, post, put } from './openapi-route.ts';

/** Plans, campaigns, creatives, and what was changed. */
export const PLAN_ROUTES: Route[] = [
  ...held(
    'plan',
    'plan_version',
    'A draft gets the next version. It comes into force by a decision and approval only. The flights together spend no more than the total.',
    {},
    ['plan_state', 'plan_type'],
  ),
  get('/v1/plans/{id}/diff', 'diffPlan', 'Plans', 'What is different between two versions', {
    description: 'From the version `against` to this one.',
    parameters: ['plan_version', 'against'],
    answers: [{ status: 200, says: 'For machines and for people.', schema: 'plan-comparison.json' }],
    errors: { 404: ['not_found'] },
  }),
  post('/v1/plans/{id}/rebase', 'rebasePlan', 'Plans', 'Register a draft anew on the plan that is approved now', {
    description:
      'A three-way merge of what the draft and the plans approved since changed of its base. What both changed is a 409 that names base, theirs and mine of each by JSON pointer into `merged`: settle them with `resolutions`, or send a whole `payload`.',
    parameters: ['plan_version'],
    body: { schema: 'rebase-request.json' },
    answers: [{ status: 201, says: 'The new draft.', schema: 'rebased-plan.json' }],
    errors: {
      404: ['not_found'],
      409: ['plan.base_current', 'plan.base_moved', 'plan.no_base', 'plan.not_draft', 'plan.rebase_conflict'],
    },
  }),
  post('/v1/plans/{id}/revise', 'revisePlan', 'Plans', 'Draft the next version from what was changed since', {
    description:
      'The approved plan, with its flights and total moved by the change sets that were applied since it was written. A change that no flight stands for is a 409 that names it. The draft is approved like any other, by `plan.revise`.',
    parameters: ['plan_version'],
    answers: [{ status: 201, says: 'The draft, with each change that it took in.', schema: 'proposed-revision.json' }],
    errors: {
      404: ['not_found'],
      409: ['plan.log_too_long', 'plan.no_drift', 'plan.not_approved', 'plan.revision_invalid', 'plan.unmapped'],
    },
  }),

  ...held('campaign', 'campaign_id', 'Planned and live values start as `approved`.', { 409: ['campaign.exists'] }),
  post('/v1/campaigns/{id}/plan', 'moveCampaign', 'Campaigns', 'Put a campaign under the approved plan', {
    description: 'What is live stays live; drift is measured from the values given here.',
    parameters: ['campaign_id'],
    body: { schema: 'campaign-move.json' },
    answers: [{ status: 200, says: 'The campaign as recorded.', schema: 'campaign-record.json' }],
    errors: { 404: ['not_found'], 409: ['plan.not_approved'] },
  }),
  put('/v1/campaigns/{id}/platform-ids', 'namePlatformIds', 'Campaigns', "Name a campaign's objects on its platform", {
    parameters: ['campaign_id'],
    body: { schema: 'platform-ids-request.json' },
    answers: [{ status: 200, says: 'The campaign as recorded.', schema: 'campaign-record.json' }],
    errors: { 404: ['not_found'] },
  }),
  get('/v1/campaigns/{id}/manifest', 'getManifest', 'Campaigns', 'What runs, and how far it is from the plan', {
    parameters: ['campaign_id'],
    answers: [{ status: 200, says: 'The execution manifest.', schema: 'manifest.json' }],
    errors: { 404: ['not_found'] },
  }),
  get('/v1/manifest', 'listManifests', 'Campaigns', 'What runs, of the whole tenant', {
    parameters: ['drifting', 'after', 'limit'],
    answers: [{ status: 200, says: 'A page.', schema: page('manifest') }],
  }),
  get('/v1/campaigns/{id}/optimization-log', 'listChanges', 'Campaigns', 'What was changed, newest first', {
    parameters: ['campaign_id', 'before', 'limit'],
    answers: [{ status: 200, says: 'A page.', schema: page('optimization') }],
    errors: { 404: ['not_found'] },
  }),
  get('/v1/change-sets/{id}', 'getChangeSet', 'Campaigns', 'What was changed under one id', {
    parameters: ['change_set_id'],
    answers: [{ status: 200, says: 'The change set.', schema: 'change-set.json' }],
    errors: { 404: ['not_found'] },
  }),
  post('/v1/change-sets/{id}/rollback', 'rollBack', 'Campaigns', 'Ask to take a change set back', {
    description:
      'Asks one question for each value, as any change is asked, with `undoes`: the same guardrails and tickets. A value that was changed since, or taken back already, is denied. Report the outcome of each allow; the new change set points to the one that it undoes.',
    parameters: ['change_set_id', 'idempotency_key'],
    answers: [{ status: 200, says: 'The questions and their answers.', schema: 'rollback.json' }],
    errors: { 404: ['not_found'], 409: ['change_set.too_large'] },
  }),

  ...held('creative', 'creative_id', 'Posting one again with other content replaces it, and its clearance ends.'),
];

/** The three operations on what the service holds of a kind. */
function held(
  kind: string,
  key: string,
  description: string,
  errors: Record<number, string[]> = {},
  filters: string[] = [],
): Route[] {
  const Kind = kind[0]!.toUpperCase() + kind.slice(1);
  const [path, tag, record] = [`/v1/${kind}s`, `${Kind}s`, `${kind}-record.json`];
  return [
    get(path, `list${Kind}s`, tag, `${Kind}s, in the order of their key`, {
      parameters: [...filters, 'after', 'limit'],
      answers: [{ status: 200, says: 'A page.', schema: page(kind) }],
    }),
    post(path, `register${Kind}`, tag, `Register a ${kind}`, {
      description,
      body: { schema: `${kind}.json` },
      answers: [{ status: 201, says: `The ${kind} as recorded.`, schema: record }],
      errors: { 404: ['not_found'], ...errors },
    }),
    get(`${path}/{id}`, `get${Kind}`, tag, `One ${kind}`, {
      parameters: [key],
      answers: [{ status: 200, says: `The ${kind}.`, schema: record }],
      errors: { 404: ['not_found'] },
    }),
  ];
}
