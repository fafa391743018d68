/** Parameters of the operations, by the name that the route table uses. */
export const PARAMETERS: Record<string, object> = {
  decision_id: path('id', { type: 'string', pattern: '^D-[0-9]{1,15}$' }, 'Id of the decision.'),
  ticket_id: path('id', { type: 'string', minLength: 1 }, 'Id of the ticket, such as `A3-17`.'),
  person_id: path('id', { type: 'string', minLength: 1 }, 'Id of the person, or `me`.'),
  comment_seq: path('seq', { type: 'integer', minimum: 0 }, 'The `seq` of the comment.'),
  plan_version: path('id', { type: 'integer', minimum: 1, maximum: 999_999_999 }, 'Version of the plan.'),
  campaign_id: path('id', { type: 'string', minLength: 1 }, 'Id of the campaign.'),
  mandate_id: path('id', { type: 'string', minLength: 1 }, 'Id of the mandate, such as `M-17`.'),
  hold_id: path('hold', { type: 'string', minLength: 1 }, 'Id of the hold, within its run.'),
  creative_id: path('id', { type: 'string', minLength: 1 }, 'Id of the creative.'),
  change_set_id: path('id', { type: 'string', minLength: 1 }, 'Id of the change set.'),
  plan_state: query('state', { enum: ['draft', 'approved', 'superseded'] }, 'Versions in this state.'),
  plan_type: query('type', { enum: ['initial', 'revise', 'replan'] }, 'Versions of this type.'),
  against: query(
    'against',
    { type: 'integer', minimum: 1, maximum: 999_999_999 },
    'The version to compare with; the base of the plan when none is named.',
  ),
  drifting: query('drifting', { enum: ['true'] }, 'Only campaigns of which a live value is not as planned.'),
  outcome: query(
    'outcome',
    { enum: ['applied', 'failed', 'partial', 'reported', 'missing'] },
    'Allows that were to be reported, by what was.',
  ),
  older_than_minutes: query(
    'older_than_minutes',
    { type: 'integer', minimum: 0, maximum: 5_256_000 },
    'Decisions made at least so long ago.',
  ),
  effect: query('effect', { enum: ['allow', 'review', 'deny'] }, 'Decisions of this effect.'),
  decision_action: query('action', { type: 'string' }, 'Decisions on this action, such as `budget.change`.'),
  decision_resource: query('resource', { type: 'string' }, 'Decisions on this resource, `<type>/<id>`.'),
  subject: query('subject', { type: 'string' }, 'Decisions about what this subject asked.'),
  grain_kind: query('kind', { $ref: 'qc-input.json#/$defs/grain_kind' }, 'Grains of this kind.'),
  alert: query('alert', { enum: ['true', 'false'] }, 'Grains in alert only, or none of them.'),
  run_id: path('id', { $ref: 'common.json#/$defs/id' }, 'Id of the run.'),
  root_run_id: query('root_run_id', { $ref: 'common.json#/$defs/id' }, 'Runs of this tree.'),
  task_id: query('task_id', { $ref: 'common.json#/$defs/id' }, 'Runs on this task.'),
  idempotency_key: header(
    'Idempotency-Key',
    { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
    'Your own name for the question. The same key and question give the same answer again, for as long as the log is kept. Of a batch, each question gets the key with `#0`, `#1` and so on.',
  ),
  if_match: header(
    'If-Match',
    { type: 'string', pattern: '^("[0-9]{1,15}"|\\*)$' },
    'ETag of the configuration that you saw. Another one in force is a 409.',
  ),
  if_none_match: header('If-None-Match', { type: 'string' }, 'ETag of the ticket that you know.'),
  wait: query(
    'wait',
    { type: 'integer', minimum: 0, maximum: 60 },
    'Seconds to wait for a change: with `If-None-Match`, until the ticket is another; without, until it is no longer pending.',
  ),
  ticket_state: query('state', { $ref: 'common.json#/$defs/ticket_state' }, 'Tickets in this state.'),
  ticket_type: query('type', { $ref: 'common.json#/$defs/ticket_type' }, 'Tickets of this type.'),
  slot_role: query(
    'role',
    { enum: ['planner', 'operator', 'admin', 'legal', 'client'] },
    'Tickets with a slot that this role may fill.',
  ),
  platform: query('platform', { type: 'string' }, 'Tickets on this platform.'),
  requester: query('requester', { type: 'string' }, 'Tickets that this subject asked for.'),
  red_flag: query('red_flag', { enum: ['true', 'false'] }, 'Red flags only, or none of them.'),
  uncovered: query(
    'uncovered',
    { enum: ['true', 'false'] },
    'Tickets with an empty slot that nobody could fill, or without.',
  ),
  before: query('before', { type: 'integer', minimum: 0 }, 'The `next_before` of the page before.'),
  limit: query('limit', { type: 'integer', minimum: 1, maximum: 100, default: 50 }, 'Length of the page.'),
  after: query('after', { type: 'string' }, 'The `next_after` of the page before.'),
  metrics_from: query(
    'from',
    { type: 'string', format: 'date-time' },
    'First moment. Default: seven days before `to`.',
  ),
  metrics_to: query('to', { type: 'string', format: 'date-time' }, 'First moment after. Default: now.'),
  audit_limit: query('limit', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }, 'Length of the page.'),
  from: query('from', { type: 'integer', minimum: 0, default: 0 }, 'First position; `next_from` of the page before.'),
  event_type: query('type', { type: 'string', maxLength: 2000 }, 'Event types, separated by commas. Without: all.'),
  event_ticket: query('ticket', { type: 'string' }, 'Events of this ticket only.'),
  event_after: query('after', { type: 'integer', minimum: 0 }, 'Like `Last-Event-ID`, for a first connection.'),
  last_event_id: header(
    'Last-Event-ID',
    { type: 'string', pattern: '^[0-9]{1,15}$' },
    'Id of the last event that you have.',
  ),
  webhook_id: path('id', { type: 'string', minLength: 1 }, 'Id of the webhook.'),
  delivery_before: query('before', { type: 'integer', minimum: 0 }, 'The `next_before` of the page before.'),
  action: query('action', { type: 'string' }, 'Entries of this action, such as `decision.made`.'),
  resource: query('resource', { type: 'string' }, 'Entries on this resource, `<type>/<id>`.'),
  actor: query('actor', { type: 'string' }, 'Entries by this actor.'),
  price_provider: query(
    'provider',
    { type: 'string', minLength: 1, maxLength: 256 },
    "Id of the provider, or OpenTelemetry's name of it. Left out: the one whose models are called so.",
  ),
  price_model: query('model', { type: 'string', minLength: 1, maxLength: 256 }, 'The model as calls name it. Needed.'),
  price_at: query('at', { type: 'string', format: 'date-time' }, 'When the call is made; now when left out.'),
  price_tier: query('tier', { type: 'string', maxLength: 64 }, 'Service tier; `standard` when left out.'),
  price_input: query('input_tokens', { type: 'integer', minimum: 0 }, 'Input tokens, those from and to a cache too.'),
  price_cache_read: query('cache_read_tokens', { type: 'integer', minimum: 0 }, 'Of these, read from the cache.'),
  price_cache_write: query('cache_write_tokens', { type: 'integer', minimum: 0 }, 'Of these, written to the cache.'),
  price_output: query('output_tokens', { type: 'integer', minimum: 0 }, 'Output tokens, reasoning too.'),
  overrides_version: query(
    'version',
    { type: 'integer', minimum: 1 },
    'A version of before; the one in force when left out.',
  ),
};

/** Headers of responses. */
export const HEADERS: Record<string, object> = {
  ETag: { description: 'Names this state of the resource.', schema: { type: 'string' } },
  'Cache-Control': { schema: { const: 'no-store' } },
  'WWW-Authenticate': { description: 'RFC 6750.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds.', schema: { type: 'string' } },
};

function path(name: string, schema: object, description: string): object {
  return { name, in: 'path', required: true, description, schema };
}

function query(name: string, schema: object, description: string): object {
  return { name, in: 'query', description, schema };
}

function header(name: string, schema: object, description: string): object {
  return { name, in: 'header', description, schema };
}
