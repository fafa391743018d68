// Generated from schemas/ by `npm run types:build`; do not edit.

/**
 * A person is away from–until, perhaps with a stand-in. What the stand-in may do is policy's to say.
 */
export interface AbsenceRequest {
  /**
   * Now, if it is not given.
   */
  from?: Timestamp;
  until: Timestamp;
  stand_in?: Id;
}

export interface AccessAnswer {
  effect: 'allow' | 'deny';
  /**
   * Which rows: all of the tenant, those the caller asked for itself, or those that wait for a client.
   */
  scope: 'all' | 'own' | 'client' | 'none';
  reasons: Reasons;
}

/**
 * Input of the entrypoint placet/access/answer: may this principal call this operation of the service?
 */
export interface AccessInput {
  caller: Principal;
  operation: Code;
}

/**
 * The leaf of an audit entry, version 1. Its hash is over the exact bytes: RFC 8785 canonical JSON of these fields.
 */
export interface AuditEntry {
  v: 1;
  /**
   * The tenant.
   */
  log: Id;
  /**
   * Position in the log, from 0.
   */
  seq: number;
  timestamp: Timestamp;
  actor_type: PrincipalKind;
  actor_id: Id;
  /**
   * What was done, such as decision.made or ticket.approved.
   */
  action: Code;
  /**
   * `<type>/<id>` of what it was done to.
   */
  resource: string;
  plan_version: PlanVersion | null;
  /**
   * SHA-256 of the salt followed by the payload. The payload is kept apart, so that erasing it never breaks the chain.
   */
  payload_hash: Sha256;
  /**
   * Of a decision: what was answered.
   */
  effect?: 'allow' | 'review' | 'deny';
  /**
   * Of a decision: revision of the bundle that answered, so that it can be run again.
   */
  policy?: Sha256;
}

export interface AuditExportHeader {
  format: 'placet-audit-export/v1';
  log: Id;
  size: number;
  tip: Sha256;
  exported_at: Timestamp;
}

export interface AuditExportEntry {
  seq: number;
  /**
   * The exact text that was hashed: an AuditEntry.
   */
  leaf: string;
  /**
   * SHA-256(0x00 ‖ leaf).
   */
  leaf_hash: Sha256;
  /**
   * SHA-256(0x02 ‖ tip before ‖ leaf_hash).
   */
  tip: Sha256;
  salt: string;
  /**
   * The exact text that payload_hash covers, after the salt.
   */
  payload: string;
}

/**
 * Puts a campaign under the approved plan version, with that plan's values for it.
 */
export interface CampaignMove {
  plan_version: PlanVersion;
  approved: Amounts;
  /**
   * The flight of that plan that it belongs to, where several are on its platform.
   */
  flight?: Flight;
}

/**
 * A campaign as the service holds it: planned and live values, as far as outcomes were reported.
 */
export interface CampaignRecord {
  campaign_id: Id;
  name: ShortText;
  platform: string;
  plan_version: PlanVersion;
  approved: Amounts;
  live: Amounts;
  launched_at: Timestamp | null;
  created_at: Timestamp;
  platform_ids: PlatformIds;
  flight: Flight | null;
  drift_since: DriftSince;
  /**
   * The change set that set each live value.
   */
  set_by: {
    [k: string]: Id;
  };
}

/**
 * A campaign as registered: the live and the planned values start as `approved`.
 */
export interface Campaign {
  id: Id;
  name: ShortText;
  platform: string;
  plan_version: PlanVersion;
  /**
   * The values of the plan for this campaign, such as daily_budget_minor and bid_minor.
   */
  approved: Amounts;
  platform_ids?: PlatformIds;
  /**
   * The flight of the plan that it belongs to, where several are on its platform.
   */
  flight?: Flight;
}

/**
 * Output of the entrypoint placet/ceiling/answer.
 */
export interface CeilingAnswer {
  counters: Counters;
}

/**
 * Input of the entrypoint placet/ceiling/answer: what a run has used and was granted.
 */
export interface CeilingInput {
  /**
   * The tenant's.
   */
  loop_policy: TenantConfig['loop_policy'];
  counters: StepCounts;
}

export type ConstraintValue = string | number | boolean | null;

/**
 * @minItems 1
 * @maxItems 100
 */
export type ConstraintValues = ConstraintValue[];

/**
 * A number, a calendar date, or a time in UTC.
 */
export type Bound = number | string;

/**
 * Exactly one of these. What is not there satisfies `ne`, `not_one_of` and `removed` only.
 */
export interface Constraint {
  eq?: ConstraintValue;
  ne?: ConstraintValue;
  at_most?: Bound;
  at_least?: Bound;
  one_of?: ConstraintValues;
  not_one_of?: ConstraintValues;
  subset_of?: ConstraintValues;
  /**
   * Of a text in characters, of a list in items.
   */
  max_length?: number;
  non_empty?: true;
  present?: true;
  removed?: true;
}

/**
 * One thing that a resubmission must satisfy, by machine, before a human sees it again.
 */
export interface ChangeRequest {
  /**
   * JSON pointer into what is asked: /action/properties/…, /resource/id, /resource/properties/…; for plans and creatives also into the /payload/… on record.
   */
  pointer: string;
  constraint: Constraint;
  /**
   * Why, in words.
   */
  note?: string;
}

/**
 * What was changed under one id.
 */
export interface ChangeSet {
  change_set_id: Id;
  /**
   * @maxItems 1000
   */
  changes: OptimizationEntry[];
}

/**
 * I am working on this ticket. It lapses by itself and binds nobody.
 */
export interface ClaimRequest {
  /**
   * How long, from now. How long it may be is policy's to say.
   */
  minutes: number;
}

/**
 * A ticket with its thread, as a client sees it.
 */
export type ClientTicketDetail = ClientTicketFields & {
  /**
   * @maxItems 1000
   */
  comments: TicketComment[];
  /**
   * @maxItems 1000
   */
  revisions: {
    revision: number;
    subject_hash: Sha256;
    seq: number;
  }[];
  /**
   * @maxItems 1000
   */
  history: {
    seq: number;
    timestamp: Timestamp;
    action: Code;
    leaf_hash: Sha256;
  }[];
  [k: string]: unknown;
};

/**
 * A slot that a client may fill. `by` names a client only.
 */
export interface ClientSlot {
  id: string;
  filled: boolean;
  by: string | null;
  at: Timestamp | null;
}

export interface ClientTicketFields {
  ticket_id: Id;
  number: number;
  tenant: Id;
  type: TicketType;
  state: TicketState;
  title: string;
  summary: string;
  platform: string | null;
  plan_version: PlanVersion | null;
  resource: {
    type: string;
    id: Id;
  };
  diff: Difference[];
  revision: number;
  subject_hash: Sha256;
  slots: ClientSlot[];
  /**
   * Cast by clients.
   */
  votes: CastVote[];
  /**
   * What the approvals so far leave of what was asked.
   */
  terms: AgreedTerms;
  waits_for_client: boolean;
  opened_at: Timestamp;
  /**
   * By when an answer of the client is wanted; null when none is. Not later than when the request lapses.
   */
  answer_due_at: Timestamp | null;
  request_expires_at: Timestamp;
  permit_expires_at: Timestamp | null;
  resolved_at: Timestamp | null;
  resolved_by_client: boolean;
  [k: string]: unknown;
}

/**
 * A ticket as a client sees it.
 */
export type ClientTicket = ClientTicketFields;

/**
 * Another wording of one's own comment. The earlier ones stay readable. Without `attachments` they stay as they are.
 */
export interface CommentEditRequest {
  comment: string;
  attachments?: Attachments;
}

/**
 * `internal`: for the agency and its agents. `shared`: for the client too. Without it internal; a client's own comments are always shared.
 */
export type CommentVisibility = 'internal' | 'shared';

/**
 * Named by reference and hash. The service does not fetch them.
 *
 * @maxItems 20
 */
export type Attachments = Attachment[];

export interface Attachment {
  name: string;
  /**
   * An https URL without credentials, or an id in a store that the readers know.
   */
  reference: string;
  sha256: Sha256;
  media_type: string;
  size_bytes: number;
}

/**
 * Words on a ticket. `@person` mentions someone of the tenant.
 */
export interface CommentRequest {
  comment: string;
  visibility?: CommentVisibility;
  attachments?: Attachments;
}

export type Id = string;

export type Text = string;

export type ShortText = string;

export type Code = string;

export type Timestamp = string;

export type CalendarDate = string;

export type Sha256 = string;

export type Currency = string;

/**
 * Integer minor units of a currency (cents). The upper bound keeps amount × 10⁴ within 2⁵³, so that per cent with two decimals is exact in every evaluator.
 */
export type AmountMinor = number;

/**
 * Monotonic integer version per tenant.
 */
export type PlanVersion = number;

export type Role = 'planner' | 'operator' | 'admin' | 'legal' | 'client' | 'auditor';

/**
 * @maxItems 6
 */
export type Roles = Role[];

export type PrincipalKind = 'agent' | 'service' | 'human';

export interface Principal {
  kind: PrincipalKind;
  id: Id;
  roles: Roles;
}

export type TicketType = 'A1' | 'A2' | 'A3' | 'A4' | 'A5' | 'A6' | 'A7' | 'A8' | 'A9';

export type TicketState =
  | 'pending'
  | 'changes_requested'
  | 'approved'
  | 'consumed'
  | 'rejected'
  | 'expired'
  | 'superseded'
  | 'cancelled'
  | 'revoked'
  | 'open'
  | 'acknowledged'
  | 'resolved';

export interface Reason {
  code: Code;
  /**
   * One sentence a planner or client understands.
   */
  message: string;
  /**
   * Path of the Rego rule that gave this reason.
   */
  rule: string;
  /**
   * How far the question is from the threshold, where there is one. Decimal strings, so that every evaluator prints the same.
   */
  distance?: {
    actual: string;
    limit: string;
    unit: string;
  };
  /**
   * Where the rule comes from (law, guidance, platform policy).
   */
  source?: string;
  /**
   * The words or the value that the rule hit.
   */
  matched?: string;
}

/**
 * @maxItems 200
 */
export type Reasons = Reason[];

/**
 * A required approver. Any one of the roles may fill it.
 */
export interface Slot {
  id: string;
  /**
   * @minItems 1
   * @maxItems 6
   */
  any_of: Role[];
}

/**
 * What a ticket blocks while it is open: `<resource type>/<resource id>`.
 */
export type BlockKey = string;

/**
 * The ticket that policy asks for.
 */
export interface TicketSpec {
  type: TicketType;
  title: string;
  /**
   * What would happen, in words.
   */
  summary: string;
  risk: 'low' | 'medium' | 'high';
  /**
   * @minItems 1
   * @maxItems 6
   */
  slots: Slot[];
  /**
   * @maxItems 10
   */
  blocks: BlockKey[];
  legal_flag: boolean;
  red_flag: boolean;
  /**
   * The client may fill a slot of it or object to it, so it may see it.
   */
  client_visible: boolean;
  /**
   * `permit`: the agent asks again with the approval, once. `none`: a red flag, which is resolved and not approved. The others apply themselves.
   */
  on_approved: 'permit' | 'plan.approve' | 'creative.clear' | 'none';
  /**
   * Of a red flag, what its resolution changes: the run's loop ceilings (A8) or its Cost Guard (A9).
   */
  on_resolved?: OnResolved;
  sla: SlaRules;
  request_ttl_minutes: number;
  permit_ttl_minutes: number;
}

/**
 * @minItems 1
 * @maxItems 6
 */
export type Slots = Slot[];

export type OnResolved = 'run.loop' | 'run.cost';

/**
 * What raised a red flag: a loop ceiling was hit, or too many runs began on a task (A8), or the Cost Guard tripped (A9).
 */
export type FlagEvent = 'loop.exhausted' | 'task.exhausted' | 'cost.tripped';

/**
 * How a human resolves a red flag. Which kinds fit which ticket type is policy data.
 */
export interface Resolution {
  /**
   * `resume`: the run goes on with what is left, nothing is granted. `abort`: the run tree ends for good. `raise_allowance`: more steps, within the hard ceiling. `revise_estimate`: a new estimate of the cost.
   */
  kind: 'resume' | 'abort' | 'raise_allowance' | 'revise_estimate';
  /**
   * Steps granted on top, by counter.
   */
  allowance?: Allowance;
  /**
   * The new estimate, in 10⁻¹² USD.
   */
  estimate_pico_usd?: string;
}

export interface Allowance {
  qc_correction?: number;
  tool_round?: number;
  orchestrator_retry?: number;
  global?: number;
  task_runs?: number;
}

/**
 * A typed counter, `global`: all steps of the run tree, or `task_runs`: runs that entered the task in policy's window.
 */
export type CounterKind = 'qc_correction' | 'tool_round' | 'orchestrator_retry' | 'global' | 'task_runs';

/**
 * Steps by counter: how many were admitted, and how many humans granted beyond the ceiling.
 */
export interface StepCounts {
  qc_correction: StepCount;
  tool_round: StepCount;
  orchestrator_retry: StepCount;
  global: StepCount;
  /**
   * Of a task's red flag only.
   */
  task_runs?: StepCount;
}

export interface StepCount {
  used: number;
  granted: number;
}

/**
 * The counters of a run with their ceilings.
 */
export interface Counters {
  qc_correction: Counter;
  tool_round: Counter;
  orchestrator_retry: Counter;
  global: Counter;
  /**
   * Of a task's red flag only.
   */
  task_runs?: Counter;
}

export interface Counter {
  used: number;
  granted: number;
  /**
   * The stricter of tenant and policy, plus what was granted.
   */
  ceiling: number;
  left: number;
  /**
   * Policy's, for a run that nobody granted anything.
   */
  hard_ceiling: number;
  /**
   * Whose ceiling it is.
   */
  source: 'tenant' | 'policy';
}

/**
 * A run with its tree, as recorded.
 */
export interface RunFact {
  id: Id;
  root_run_id: Id;
  parent_run_id?: Id;
  task_id: Id;
  main_task_id: Id;
  agent: Id;
  model: Model;
  requested_by: Id;
  /**
   * 0 at the root.
   */
  depth: number;
  children: number;
  /**
   * Of the tree.
   */
  state: 'running' | 'exhausted' | 'aborted';
  /**
   * Of the tree. Grows when a human resolves an A8.
   */
  epoch: number;
  /**
   * This epoch has had its A8.
   */
  flagged: boolean;
  /**
   * Of the tree.
   */
  runs_total: number;
  counters: StepCounts;
}

export type Model = string;

/**
 * A change of one recorded number. `before` is the recorded live value, `approved` the value of the approved plan.
 */
export interface Change {
  field: Code;
  before: AmountMinor;
  after: AmountMinor;
  approved: AmountMinor;
  /**
   * What the caller said the value was, if it said so.
   */
  claimed_before?: AmountMinor;
}

/**
 * Named amounts in minor units.
 */
export interface Amounts {
  [k: string]: AmountMinor;
}

/**
 * Ids of its objects on the platform, such as `campaign` or `ad_set`.
 */
export interface PlatformIds {
  [k: string]: string;
}

/**
 * Place of a flight in the plan's payload, from 0.
 */
export type Flight = number;

/**
 * Of each value that is not as planned: since when, and by which change set; null: it was the plan that moved.
 */
export interface DriftSince {
  [k: string]: {
    at: Timestamp;
    change_set_id: Id | null;
  };
}

/**
 * Output of the entrypoint placet/config/answer, whose input is {config: TenantConfig}.
 */
export interface ConfigAnswer {
  effect: 'allow' | 'deny';
  /**
   * @maxItems 100
   */
  violations: {
    /**
     * JSON pointer into the configuration.
     */
    field: string;
    code: Code;
    message: string;
    value: number | string | boolean;
    ceiling: number | string | boolean | unknown[];
  }[];
}

export interface ConfigInput {
  config: TenantConfig;
}

/**
 * What of it is to change.
 */
export interface ContactRequest {
  name?: string;
  /**
   * Where mail goes; null for none.
   */
  email?: string | null;
  /**
   * IANA name; null for the tenant's.
   */
  time_zone?: string | null;
  /**
   * Event types to be told of; null for all that ask something of you or answer you.
   *
   * @maxItems 50
   */
  types?: Code[] | null;
  /**
   * What is neither urgent nor risky, such as a reminder, is collected and comes once an hour or once a morning; `off`: at once.
   */
  digest?: 'off' | 'hourly' | 'daily';
}

/**
 * Where and of what a person is told.
 */
export interface Contact {
  person_id: Id;
  name: string;
  /**
   * Where mail goes; null for none.
   */
  email: string | null;
  /**
   * IANA name; null for the tenant's.
   */
  time_zone: string | null;
  /**
   * Event types to be told of; null for all that ask something of you or answer you.
   *
   * @maxItems 50
   */
  types: Code[] | null;
  /**
   * What is neither urgent nor risky, such as a reminder, is collected and comes once an hour or once a morning; `off`: at once.
   */
  digest: 'off' | 'hourly' | 'daily';
}

/**
 * Output of the entrypoint placet/cost/answer.
 */
export interface CostAnswer {
  effect: 'allow' | 'deny';
  reasons: Reasons;
  terms: {
    hold_seconds: number;
    hold_seconds_max: number;
    hold_life_seconds_max: number;
    min_output_tokens: number;
    clock_skew_seconds: number;
  };
}

/**
 * Whole millionths of a USD, rounded up. What is larger is the maximum.
 */
export type MicroUsd = number;

export type CostAct = 'estimate' | 'hold' | 'release' | 'usage' | 'amount' | 'correction' | 'unpriced';

/**
 * What stands against it.
 */
export type CostFact =
  | 'tripped'
  | 'aborted'
  | 'red_flag'
  | 'no_estimate'
  | 'unpriced_usage'
  | 'model_unpriced'
  | 'limit_reached'
  | 'estimated'
  | 'admitted'
  | 'uncertain'
  | 'hold_used';

/**
 * Input of the entrypoint placet/cost/answer: may this caller do this to the money of a run, as it stands?
 */
export interface CostInput {
  caller: {
    kind: PrincipalKind;
    roles: Roles;
  };
  act: CostAct;
  /**
   * The tenant's. With `estimate`.
   */
  cost_guard_policy?: TenantConfig['cost_guard_policy'];
  /**
   * With `estimate`: its amount in whole millionths of a USD, rounded up.
   */
  estimate_micro_usd?: MicroUsd;
  /**
   * @maxItems 11
   */
  facts: CostFact[];
}

/**
 * A whole number of 10⁻¹² USD, as text.
 */
export type PicoUsd = string;

/**
 * A whole number of 10⁻¹² USD, as text. Below zero in corrections and differences.
 */
export type PicoUsdSigned = string;

/**
 * What a correction adds to the spend, or takes from it.
 */
export type PicoUsdCorrection = string;

/**
 * USD as decimal text, to 10⁻¹² USD.
 */
export type Usd = string;

/**
 * Counts by unit, such as input_tokens, cache_read_tokens, output_tokens. Totals include their parts.
 */
export interface Tokens {
  [k: string]: number;
}

/**
 * A whole number of any size, as text.
 */
export type WholeNumber = string;

/**
 * Exact, in lowest terms.
 */
export interface Fraction {
  numerator: WholeNumber;
  denominator: WholeNumber;
}

/**
 * In whole numbers: both sides are times the power of ten that makes the multiplier whole.
 */
export interface Inequality {
  left: WholeNumber;
  relation: '>=' | '<';
  right: WholeNumber;
  holds: boolean;
}

/**
 * Calls of one kind that a run is going to make.
 */
export interface PlannedCall {
  /**
   * As you call it, such as openai, anthropic or azure. Without it the model's name decides.
   */
  provider?: string;
  model: string;
  tier?: string;
  input_tokens: number;
  max_output_tokens: number;
  count?: number;
}

/**
 * What a run tree is going to cost: an amount, or the calls that are planned.
 */
export type EstimateRequest = {
  pico_usd?: PicoUsd;
  usd?: Usd;
  /**
   * @minItems 1
   * @maxItems 100
   */
  calls?: PlannedCall[];
  reason?: string;
} & {
  [k: string]: unknown;
};

/**
 * One version of what a run tree is expected to cost.
 */
export interface Estimate {
  root_run_id: Id;
  version: number;
  epoch: number;
  pico_usd: PicoUsd;
  usd: string;
  /**
   * The planned calls, each with its price.
   */
  basis: PricedCall[] | null;
  list_hash: string | null;
  reason: string | null;
  actor_type: string;
  actor_id: Id;
  created_at: Timestamp;
}

/**
 * Room for one call, asked for before it is made.
 */
export interface HoldRequest {
  /**
   * Your own name for the call: asked again with the same call, the answer is the same.
   */
  hold_id: Id;
  /**
   * As you call it, such as openai, anthropic or azure. Without it the model's name decides.
   */
  provider?: string;
  model: string;
  tier?: string;
  input_tokens: number;
  max_output_tokens: number;
  /**
   * Fewer are of no use to you: what is authorised is not lowered beneath it.
   */
  min_output_tokens?: number;
  ttl_seconds?: number;
}

/**
 * Room for one call.
 */
export interface Hold {
  hold_id: Id;
  run_id: Id;
  root_run_id: Id;
  state: 'held' | 'uncertain' | 'settled' | 'released';
  provider: string | null;
  model: string;
  input_tokens: number;
  max_output_tokens: number;
  /**
   * Send this as the call's limit.
   */
  authorised_output_tokens: number;
  /**
   * The most that the call costs as authorised.
   */
  pico_usd: PicoUsd;
  charged_pico_usd: PicoUsdSigned;
  /**
   * What it reserves still.
   */
  remaining_pico_usd: PicoUsd;
  list_hash: string;
  created_at: Timestamp;
  expires_at: Timestamp;
  seq: number;
}

/**
 * May the call be made? `admitted: false` is an answer, not an error.
 */
export interface HoldAnswer {
  admitted: boolean;
  reasons: Reasons;
  hold: Hold | null;
  /**
   * (committed + reserved) × 10ᵏ < estimate × multiplier × 10ᵏ, as it was weighed: without this hold.
   */
  admission: Inequality | null;
  /**
   * committed × 10ᵏ ≥ estimate × multiplier × 10ᵏ.
   */
  trip: Inequality | null;
  committed: PicoUsdSigned;
  reserved: PicoUsd;
  limit: Fraction | null;
}

/**
 * What a call used that had a hold.
 */
export type HoldSettlement = {
  /**
   * As you call it, such as openai, anthropic or azure. Without it the model's name decides.
   */
  provider?: string;
  model?: string;
  /**
   * The provider's service tier; without it what the usage says.
   */
  tier?: string;
  /**
   * What the provider returned: a whole answer, an event of a stream that carries usage, or the usage alone.
   */
  usage?: {
    [k: string]: unknown;
  };
  tokens?: Tokens;
  /**
   * An amount instead of tokens, or beside them: the larger counts.
   */
  pico_usd?: PicoUsd;
  /**
   * `streaming`: more of the call will follow. `aborted`: it ended, and this may not be all. Without it the call has ended.
   */
  status?: 'final' | 'streaming' | 'aborted';
  /**
   * When the call was made; without it now.
   */
  at?: Timestamp;
} & {
  [k: string]: unknown;
};

/**
 * A word for the log.
 */
export interface HoldNote {
  reason?: string;
}

/**
 * More time.
 */
export interface HoldExtension {
  ttl_seconds?: number;
}

/**
 * One report of spend: usage, counts, an amount, or a correction.
 */
export type SpendEvent = {
  /**
   * Who counts; without it you. An id of an event is unique within it.
   */
  source?: Id;
  event_id: Id;
  run_id: Id;
  /**
   * The hold of the call.
   */
  hold_id?: Id;
  /**
   * The source's own id of the call, when it is reported in snapshots.
   */
  call_id?: Id;
  /**
   * As you call it, such as openai, anthropic or azure. Without it the model's name decides.
   */
  provider?: string;
  model?: string;
  /**
   * The provider's service tier; without it what the usage says.
   */
  tier?: string;
  /**
   * What the provider returned: a whole answer, an event of a stream that carries usage, or the usage alone.
   */
  usage?: {
    [k: string]: unknown;
  };
  tokens?: Tokens;
  /**
   * An amount instead of tokens, or beside them: the larger counts.
   */
  pico_usd?: PicoUsd;
  /**
   * `streaming`: more of the call will follow. `aborted`: it ended, and this may not be all. Without it the call has ended.
   */
  status?: 'final' | 'streaming' | 'aborted';
  /**
   * When the call was made; without it now.
   */
  at?: Timestamp;
  correction_pico_usd?: PicoUsdCorrection;
  /**
   * Of a correction.
   */
  reason?: string;
} & {
  [k: string]: unknown;
};

/**
 * Up to 1,000 reports, each with an answer of its own.
 */
export interface SpendBatch {
  /**
   * @minItems 1
   * @maxItems 1000
   *
   * Items: A spend_event; one that is none is answered by its own problem.
   */
  events: {
    [k: string]: unknown;
  }[];
}

/**
 * A report of spend as it was charged.
 */
export interface Charge {
  source: string;
  event_id: string;
  run_id: Id;
  root_run_id: Id;
  kind: 'usage' | 'amount' | 'correction' | 'unpriced';
  /**
   * What it changed the committed spend by. Null while it is unpriced.
   */
  pico_usd: PicoUsdSigned | null;
  /**
   * Spend of the run tree after it.
   */
  committed: PicoUsdSigned;
  list_hash: string | null;
  /**
   * It was the one that reached the limit.
   */
  tripped: boolean;
  /**
   * Where it stands in the log.
   */
  seq: number;
}

/**
 * One for each report, in its order.
 */
export interface SpendResults {
  /**
   * @maxItems 1000
   */
  results: (Charge | FailedSpend)[];
}

export interface FailedSpend {
  problem: Problem;
}

/**
 * What a human says of usage that had no price.
 */
export interface UnpricedResolution {
  source: string;
  event_id: string;
  /**
   * `price`: by the amount, or by the list as it is now when there is none. `waive`: it is not charged.
   */
  verdict: 'price' | 'waive';
  pico_usd?: PicoUsd;
  reason: string;
}

/**
 * Usage that had no price.
 */
export interface Unpriced {
  source: string;
  event_id: string;
  run_id: Id;
  hold_id: Id | null;
  state: 'open' | 'priced' | 'waived';
  why: string;
  usage: {
    [k: string]: unknown;
  };
  reason: string | null;
  resolved_by: Id | null;
  resolved_at: Timestamp | null;
}

/**
 * The Cost Guard of a run tree as it is now.
 */
export interface GuardView {
  run_id: Id;
  root_run_id: Id;
  state: 'open' | 'tripped' | 'aborted';
  epoch: number;
  multiplier: Fraction;
  estimate: {
    version: number;
    first: PicoUsd | null;
    current: PicoUsd | null;
  };
  committed: PicoUsdSigned;
  held: PicoUsd;
  /**
   * Of calls whose time is over, or whose outcome nobody knows.
   */
  uncertain: PicoUsd;
  open_holds: number;
  /**
   * Committed, held and uncertain.
   */
  worst_case: PicoUsdSigned;
  limit: Fraction | null;
  remaining: PicoUsd | null;
  /**
   * Committed ÷ estimate.
   */
  ratio: Fraction | null;
  trip_inequality: Inequality | null;
  admission_inequality: Inequality | null;
  /**
   * For people; limits are cut to 10⁻¹² USD.
   */
  usd: {
    estimate: string | null;
    committed: string;
    limit: string | null;
  };
  /**
   * @maxItems 100
   */
  unpriced: Unpriced[];
  conflicts: number;
  trip: {
    at: Timestamp;
    seq: number;
    ticket_id: Id;
    certificate_url: string;
  } | null;
  /**
   * Of the last hour, minutes with charges only.
   *
   * @maxItems 61
   */
  spend_per_minute: {
    minute: Timestamp;
    pico_usd: PicoUsdSigned;
    charges: number;
  }[];
}

/**
 * A charge. Below zero: a correction.
 */
export interface PureEvent {
  source?: Id;
  event_id: Id;
  pico_usd: string;
}

/**
 * What a call reserves that has not ended.
 */
export interface PureHold {
  hold_id: Id;
  pico_usd: PicoUsd;
}

/**
 * Everything that the guard's verdict depends on.
 */
export interface EvaluationRequest {
  estimate_pico_usd: PicoUsd | null;
  policy: {
    trip_multiplier: number | string;
  };
  /**
   * @maxItems 10000
   */
  events: PureEvent[];
  /**
   * @maxItems 10000
   */
  holds?: PureHold[];
}

/**
 * The guard's verdict with every whole number of it. The same request gives the same bytes.
 */
export interface Evaluation {
  v: 1;
  verdict: 'within' | 'no_room' | 'tripped' | 'no_estimate';
  estimate: PicoUsd | null;
  multiplier: Fraction;
  committed: PicoUsdSigned;
  reserved: PicoUsdSigned;
  worst_case: PicoUsdSigned;
  limit: Fraction | null;
  ratio: Fraction | null;
  trip: Inequality | null;
  admission: Inequality | null;
  /**
   * At the end or before it: a correction does not take a trip back.
   */
  tripped: boolean;
  crossing: {
    index: number;
    event_id: Id;
    before: PicoUsdSigned;
    after: PicoUsdSigned;
  } | null;
  /**
   * May another call begin?
   */
  admits: boolean;
  events: number;
  duplicates: number;
  input_hash: Sha256;
}

/**
 * Why the guard tripped, for anyone to derive again.
 */
export interface TripCertificate {
  format: 'placet-trip-certificate/v1';
  log: Id;
  root_run_id: Id;
  epoch: number;
  ticket_id: Id;
  estimate: PicoUsd;
  multiplier: Fraction;
  committed: PicoUsdSigned;
  trip: Inequality;
  /**
   * The entry that reached the limit.
   */
  crossing_seq: number;
  trip_seq: number;
  /**
   * Every entry of the log that the sum rests on, with its bytes.
   *
   * @minItems 2
   * @maxItems 20000
   */
  entries: AuditExportEntry[];
}

/**
 * A planned call with what it costs.
 */
export interface PricedCall {
  /**
   * As you call it, such as openai, anthropic or azure. Without it the model's name decides.
   */
  provider?: string;
  model: string;
  tier?: string;
  input_tokens: number;
  max_output_tokens: number;
  count: number;
  each_pico_usd: PicoUsd;
  /**
   * The row of the price list.
   */
  row: {
    [k: string]: unknown;
  };
}

export interface Estimates {
  estimates: Estimate[];
}

export type SpendRequest = SpendEvent | SpendBatch;

export type SpendAnswer = Charge | SpendResults;

/**
 * A creative as the service holds it. It is cleared for launch when `cleared_hash` is its `content_hash`.
 */
export interface CreativeRecord {
  creative_id: Id;
  content: Creative;
  content_hash: Sha256;
  cleared_hash: Sha256 | null;
  created_at: Timestamp;
}

/**
 * An advertisement as registered. Its content hash is what an A7 approval is bound to.
 */
export interface Creative {
  id: Id;
  name: ShortText;
  /**
   * Such as meta, google, linkedin.
   */
  platform: string;
  campaign_id?: Id;
  headline: string;
  body: string;
  audience: {
    age_min: number;
    age_max?: number;
    /**
     * @maxItems 250
     */
    countries?: string[];
    /**
     * @maxItems 100
     */
    interests?: ShortText[];
  };
  /**
   * What the production knows of the creative.
   */
  attributes?: {
    /**
     * Shows a before/after comparison.
     */
    before_after?: boolean;
    testimonial?: boolean;
    disclaimer?: string;
    product_category?: string;
  };
  /**
   * Platform certifications held, such as google.healthcare.
   *
   * @maxItems 20
   */
  certifications?: string[];
}

/**
 * Output of the entrypoint placet/decision/answer. `ticket` is there exactly when the effect is review.
 */
export interface DecisionAnswer {
  effect: 'allow' | 'review' | 'deny';
  reasons: Reasons;
  /**
   * @maxItems 20
   */
  obligations: {
    /**
     * Such as report_outcome.
     */
    type: Code;
    message: string;
  }[];
  ticket?: TicketSpec;
  /**
   * Of agent.step: the run's counters after this decision, with their ceilings.
   */
  counters?: Counters;
  /**
   * What the service records in the same commit as the decision.
   *
   * @maxItems 5
   */
  on_decided?: (
    | {
        op: 'run.started';
      }
    | {
        op: 'run.step_admitted';
      }
    | {
        op: 'loop.exhausted';
        /**
         * @maxItems 4
         */
        exhausted: CounterKind[];
      }
    | {
        op: 'task.exhausted';
        task_runs: Counter;
        window_hours: number;
      }
  )[];
  /**
   * This allow uses up the permit of facts.approval.
   */
  consume_permit: boolean;
  /**
   * What this allow draws from a client's mandate.
   *
   * @maxItems 1
   */
  draws: {
    mandate_id: Id;
    amount_minor: AmountMinor;
  }[];
  /**
   * What the record shows once the agent reports that the allowed action was applied.
   *
   * @maxItems 10
   */
  on_applied: (
    | {
        op: 'campaign.launched';
      }
    | {
        op: 'campaign.set_live';
        field: Code;
        value: AmountMinor;
      }
  )[];
}

export interface DecisionBatchRequest {
  /**
   * @minItems 1
   * @maxItems 100
   */
  decisions: DecisionRequest[];
}

export interface PlanFact {
  version: PlanVersion;
  type: 'initial' | 'revise' | 'replan';
  state: 'draft' | 'approved' | 'superseded';
  author: Id;
  name: ShortText;
  base_version?: PlanVersion;
  currency: Currency;
  total_budget_minor: AmountMinor;
  creative_themes?: NonNullable<Plan['payload']['creative_themes']>;
  /**
   * The base is the tenant's approved plan now, or the plan has no base and none is approved.
   */
  is_base_current: boolean;
}

export interface TaskFact {
  id: Id;
  state: 'open' | 'closed';
  epoch: number;
  /**
   * How long ago each run entered it, of the last two days.
   *
   * @maxItems 512
   */
  run_ages_seconds: number[];
  /**
   * What humans granted in the last two days.
   *
   * @maxItems 20
   */
  grants: {
    age_seconds: number;
    count: number;
  }[];
}

/**
 * Input of the entrypoint placet/decision/answer: the question, and the facts that the service itself holds. A fact beats a claim.
 */
export interface DecisionInput {
  now: Timestamp;
  tenant: {
    id: Id;
    vertical: string;
    config: TenantConfig;
    config_version: number;
  };
  /**
   * Whose credential asked.
   */
  caller: Principal;
  subject: DecisionRequest['subject'];
  action: DecisionRequest['action'];
  resource: DecisionRequest['resource'];
  context: NonNullable<DecisionRequest['context']>;
  facts: {
    /**
     * The plan that the question is about, when the service holds it.
     */
    plan?: PlanFact;
    /**
     * The plan that `plan` is based on.
     */
    base_plan?: PlanFact;
    campaign?: {
      id: Id;
      name: ShortText;
      platform: string;
      plan_version: PlanVersion;
      plan_state: 'draft' | 'approved' | 'superseded';
      /**
       * Has ever gone live, by the recorded history.
       */
      launched: boolean;
      currency: Currency;
      live: Amounts;
      approved: Amounts;
    };
    creative?: {
      id: Id;
      name: ShortText;
      platform: string;
      campaign_id?: Id;
      headline: Creative['headline'];
      body: Creative['body'];
      audience: Creative['audience'];
      attributes: NonNullable<Creative['attributes']>;
      certifications: NonNullable<Creative['certifications']>;
      content_hash: Sha256;
      /**
       * This very content was approved on an A7 ticket.
       */
      cleared: boolean;
    };
    change?: Change;
    /**
     * The run that the question is about, else the one that it is asked in (context.run_id), when the service holds it.
     */
    run?: RunFact;
    /**
     * Of run.start, the run that is to be the parent.
     */
    parent_run?: RunFact;
    /**
     * Of run.start, what the run is to be. Absent when the question does not say it in the right shape.
     */
    run_start?: RunStart;
    /**
     * Of run.start, what the estimate of the run amounts to. Absent when it has none, or none that has a price.
     */
    estimate_micro_usd?: MicroUsd;
    /**
     * Of agent.step, the step. Absent when the question does not say it in the right shape.
     */
    step?: RunStepRequest;
    /**
     * Mandates on record for the campaign and field that would change, with what was drawn in the month of `now`.
     *
     * @maxItems 20
     */
    mandates?: {
      mandate_id: Id;
      max_increase_pct: Mandate['max_increase_pct'];
      expires_at: Timestamp;
      /**
       * The value before the first draw of the month. Absent: nothing was drawn yet.
       */
      base_minor?: AmountMinor;
      drawn_minor?: AmountMinor;
    }[];
    /**
     * Grains in alert that the question belongs to: of its run, else of the agent that asks. Absent when there are none.
     *
     * @maxItems 4
     */
    qc_alerts?: {
      kind: GrainKind;
      name: string;
      since: Timestamp;
    }[];
    /**
     * Open tickets that block this resource or, for an agent's task, the task.
     *
     * @maxItems 100
     */
    blocked_by: {
      ticket_id: Id;
      type: TicketType;
      state: TicketState;
    }[];
    /**
     * A ticket for exactly this question (same subject_hash) that is still alive.
     */
    open_ticket?: {
      ticket_id: Id;
      type: TicketType;
      state: TicketState;
      /**
       * Whom the ticket asks, so that policy can tell whether that is enough now.
       */
      slots?: Slots;
      terms?: AgreedTerms;
    };
    /**
     * The ticket named in context.approval, as recorded. `found: false` when this tenant has none of that id.
     */
    approval?: {
      ticket_id: Id;
      found: boolean;
      type?: TicketType;
      state?: TicketState;
      /**
       * The question's subject_hash is the one that was approved.
       */
      subject_matches?: boolean;
      /**
       * The subject that asks is the one that asked then.
       */
      requester_matches?: boolean;
      /**
       * The permit's time is over at `now`.
       */
      expired?: boolean;
      slots?: Slots;
      /**
       * Tighter terms of the approval.
       */
      terms?: AgreedTerms;
      /**
       * Pointers at which the question lies beyond the terms.
       *
       * @maxItems 20
       */
      beyond_terms?: string[];
    };
    /**
     * The tenant's approved plan, when `plan` is a draft on another base.
     */
    approved_plan?: PlanFact;
    /**
     * What changed between the base of `plan` and `approved_plan`, by JSON pointer: the first ten.
     *
     * @maxItems 10
     */
    base_changes?: string[];
    /**
     * The change that this one takes back, as the optimization log has it. `found: false` when the log has no such change of this value.
     */
    undo?: {
      change_set_id: Id;
      found: boolean;
      /**
       * The value before it.
       */
      restores?: AmountMinor;
      /**
       * The change set that took it back already.
       */
      undone_by?: Id;
      /**
       * The change set that has set the value since.
       */
      changed_by?: Id;
    };
    /**
     * Of run.start, the task that the run would enter from outside: as a root, or from another task.
     */
    task?: TaskFact;
  };
}

/**
 * May I proceed? The four nouns of the AuthZEN Authorization API 1.0.
 */
export interface DecisionRequest {
  /**
   * Who acts. An agent or human asks for itself; a service may ask for another subject.
   */
  subject: {
    type: PrincipalKind;
    id: Id;
    properties?: {
      on_behalf_of?: Id;
      [k: string]: unknown;
    };
  };
  action: {
    name: Code;
    properties?: {
      /**
       * For a change: which live value, such as `daily_budget_minor`.
       */
      field?: Code;
      /**
       * For a change: what the caller believes the live value to be. Checked against the record.
       */
      before?: AmountMinor;
      /**
       * For a change: the value wanted.
       */
      after?: AmountMinor;
      /**
       * Your own id of the change, under which the optimization log keeps it. Ids such as CS-17 are given by the service.
       */
      change_set_id?: string;
      reason?: Text;
      /**
       * For a change: the change set that it takes back. `after` is then the value before that change set.
       */
      undoes?: Id;
      [k: string]: unknown;
    };
  };
  resource: {
    type: Code;
    id: Id;
    properties?: {
      /**
       * Of an access: the onboarding that waits for it.
       */
      onboarding_id?: Id;
      platform?: string;
      [k: string]: unknown;
    };
  };
  context?: {
    run_id?: Id;
    task_id?: Id;
    /**
     * Proceed on an approved ticket. The permit is used up by the allow.
     */
    approval?: {
      ticket_id: Id;
    };
    [k: string]: unknown;
  };
}

/**
 * Where the decision stands in the tenant's log: proof against the later loss of the log's tail.
 */
export interface Receipt {
  log: Id;
  seq: number;
  leaf_hash: Sha256;
  tip: Sha256;
  timestamp: Timestamp;
}

export interface TicketReference {
  ticket_id: Id;
  type: TicketType;
  state: TicketState;
  revision: number;
  subject_hash: Sha256;
  slots: Slots;
  due_at: Timestamp;
  expires_at: Timestamp;
  /**
   * Where to wait for the verdict: GET with ?wait=30.
   */
  url: string;
  /**
   * The approval is for no more than this.
   */
  terms?: AgreedTerms;
}

/**
 * The answer to a question. It stands in the log before it is given.
 */
export interface Decision {
  decision_id: Id;
  effect: 'allow' | 'review' | 'deny';
  reasons: Reasons;
  obligations: DecisionAnswer['obligations'];
  /**
   * Of agent.step: the run's counters after this decision, with their ceilings.
   */
  counters?: Counters;
  /**
   * With review, where humans decide; with a deny that raised a red flag, the flag.
   */
  ticket?: TicketReference;
  policy: {
    revision: Sha256;
    entrypoint: string;
  };
  receipt: Receipt;
}

export interface SlotEligibility {
  id: string;
  /**
   * @maxItems 6
   */
  any_of: Role[];
  /**
   * There is a human left for it when the other empty slots are filled too.
   */
  covered: boolean;
  eligible: {
    person_id: Id;
    name: string;
    on_behalf_of: Id | null;
  }[];
  ineligible: {
    person_id: Id;
    name: string;
    /**
     * @maxItems 20
     */
    codes: Code[];
  }[];
}

/**
 * Who could fill each empty slot of a ticket now, by policy's verdict.
 */
export interface Eligibility {
  ticket_id: Id;
  state: TicketState;
  /**
   * The empty slots cannot all be filled, each by another human.
   */
  uncovered: boolean;
  /**
   * @maxItems 6
   */
  slots: SlotEligibility[];
}

export type Urgency = 'low' | 'normal' | 'high';

/**
 * The ticket as it was after the event.
 */
export interface EventTicket {
  ticket_id: Id;
  type: TicketType;
  state: TicketState;
  revision: number;
  title: string;
  red_flag: boolean;
}

/**
 * That something happened, and where to look. What it means for the reader is read at the ticket, where access is checked.
 */
export interface Event {
  /**
   * `<tenant>/<position in the log>`. The same event has the same id however often it comes.
   */
  id: string;
  type: Code;
  timestamp: Timestamp;
  tenant: string;
  urgency: Urgency;
  /**
   * `<type>/<id>` of what it happened to.
   */
  resource: string;
  ticket?: EventTicket;
  /**
   * The page of the ticket, for people.
   */
  link?: string;
}

/**
 * Output of the entrypoint placet/flag/answer.
 */
export interface FlagAnswer {
  effect: 'raise' | 'none';
  reasons: Reasons;
  ticket?: TicketSpec;
}

export interface FlaggedRun {
  root_run_id: Id;
  run_id: Id;
  task_id: Id;
  main_task_id: Id;
  agent: Id;
  model: Model;
  /**
   * Of what the event is about. One flag of a kind in each.
   */
  epoch: number;
}

/**
 * The loop that was exhausted.
 */
export interface LoopFlag {
  /**
   * Of the step that was not admitted.
   */
  kind: 'qc_correction' | 'tool_round' | 'orchestrator_retry' | 'step';
  /**
   * @maxItems 4
   */
  exhausted: CounterKind[];
  /**
   * Which attempt of its kind was not admitted; of an untyped step, which step of the tree.
   */
  attempt: number;
  counters: Counters;
  /**
   * The steps that were admitted, the newest 50, and the one that was not.
   *
   * @maxItems 51
   */
  steps: FlaggedStep[];
  /**
   * Failure codes of all steps, the most frequent first.
   *
   * @maxItems 20
   */
  causes: {
    code: Id;
    count: number;
  }[];
}

export interface FlaggedStep {
  run_id: Id;
  step_id: Id;
  kind: 'qc_correction' | 'tool_round' | 'orchestrator_retry' | 'step';
  cause?: {
    code: Id;
    detail?: string;
  };
  admitted: boolean;
  at: Timestamp;
}

/**
 * Estimated against actual, of the Cost Guard. Decimal text.
 */
export interface CostFlag {
  /**
   * What made it trip.
   */
  crossing: 'charge' | 'estimate' | 'policy';
  estimate_pico_usd: PicoUsd;
  committed_pico_usd: PicoUsdSigned;
  estimate_usd: string;
  actual_usd: string;
  limit_usd: string;
  multiplier: string;
  /**
   * Actual ÷ estimate, cut to two places.
   */
  times: string;
  inequality: Inequality;
}

/**
 * What a red flag is about.
 */
export interface RaisedFlag {
  event: FlagEvent;
  run: FlaggedRun;
  loop?: LoopFlag;
  cost?: CostFlag;
  task?: TaskFlag;
}

/**
 * The task on which too many runs began.
 */
export interface TaskFlag {
  counter: Counter;
  window_hours: number;
  /**
   * Those that entered it, the newest 50.
   *
   * @maxItems 50
   */
  runs: {
    run_id: Id;
    at: Timestamp;
  }[];
}

/**
 * Input of the entrypoint placet/flag/answer: something happened on a run that humans have to look at.
 */
export interface FlagInput {
  now: Timestamp;
  tenant: {
    id: Id;
    config: TenantConfig;
  };
  event: FlagEvent;
  run: FlaggedRun;
  /**
   * With loop.exhausted.
   */
  loop?: LoopFlag;
  /**
   * With cost.tripped.
   */
  cost?: CostFlag;
  /**
   * With task.exhausted.
   */
  task?: TaskFlag;
}

/**
 * Output of the entrypoint placet/mandate/answer.
 */
export interface MandateAnswer {
  effect: 'allow' | 'deny';
  reasons: Reasons;
  /**
   * The most per cent a month that a client of this tenant may give away.
   */
  increase_pct_max: number;
}

export interface MandateUse {
  decision_id: Id;
  campaign_id: Id;
  field: Code;
  month: string;
  amount_minor: AmountMinor;
  drawn_at: Timestamp;
  /**
   * When the outcome gave back what was not used: all of it when it failed, a part when it was partial.
   */
  returned_at: Timestamp | null;
  /**
   * How much was given back; 0 while nothing was.
   */
  returned_minor: AmountMinor;
}

/**
 * A mandate with what was drawn from it, newest first.
 */
export interface MandateDetail {
  mandate: MandateRecord;
  /**
   * @maxItems 200
   */
  uses: MandateUse[];
}

/**
 * Input of the entrypoint placet/mandate/answer.
 */
export interface MandateInput {
  now: Timestamp;
  tenant: VerdictInput['tenant'];
  voter: Principal;
  mandate: Mandate;
}

/**
 * A mandate as recorded.
 */
export interface MandateRecord {
  mandate_id: Id;
  granted_by: Id;
  max_increase_pct: Mandate['max_increase_pct'];
  campaign_ids: NonNullable<Mandate['campaign_ids']> | null;
  expires_at: Timestamp;
  note: string | null;
  granted_at: Timestamp;
  revoked_at: Timestamp | null;
  revoked_by: string | null;
}

/**
 * A client's consent in advance: budgets may go up by so much a calendar month (UTC) without asking the client.
 */
export interface Mandate {
  /**
   * Per cent of the budget that the month began with.
   */
  max_increase_pct: number;
  /**
   * The campaigns that it is for. Left out: all of the tenant's.
   *
   * @minItems 1
   * @maxItems 100
   */
  campaign_ids?: Id[];
  /**
   * At most 366 days ahead.
   */
  expires_at: Timestamp;
  note?: ShortText;
}

/**
 * The execution manifest of a campaign: the objects on the platform, the plan version they run under, and what is live.
 */
export interface Manifest {
  campaign_id: Id;
  name: ShortText;
  platform: string;
  platform_ids: PlatformIds;
  plan_version: PlanVersion;
  plan_state: 'draft' | 'approved' | 'superseded';
  /**
   * The flight of the plan that it belongs to; null when that cannot be told.
   */
  flight: Flight | null;
  currency: Currency;
  launched_at: Timestamp | null;
  drifting: boolean;
  /**
   * @maxItems 40
   */
  values: {
    field: Code;
    /**
     * By the plan; null when it names none.
     */
    approved: AmountMinor | null;
    live: AmountMinor | null;
    /**
     * How far live is from approved.
     */
    drift_minor: AmountMinor;
    /**
     * Of the approved value, with up to two decimals, rounded toward zero; null on zero.
     */
    drift_percent: string | null;
    direction: 'up' | 'down' | 'none';
    since: {
      at: Timestamp;
      change_set_id: Id | null;
    } | null;
  }[];
}

/**
 * In seconds, or steps of a loop.
 */
export interface Durations {
  mean: number;
  p50: number;
  p90: number;
}

export interface Undone {
  applied: number;
  undone: number;
  /**
   * A share of 1; null of nothing.
   */
  rate: number | null;
}

/**
 * The ops metrics of one window, from ≤ time < to. docs/metrics.md defines each.
 */
export interface OpsMetricsAnswer {
  from: Timestamp;
  to: Timestamp;
  /**
   * By ticket type, in seconds. `team` is the time in which neither the agent nor the client was awaited.
   *
   * @maxItems 20
   */
  time_to_approve: {
    type: TicketType;
    count: number;
    whole: Durations;
    team: Durations;
    agent_mean: number;
    client_mean: number;
  }[];
  changes: {
    unattended: number;
    reviewed: number;
    /**
     * A share of 1; null of nothing.
     */
    auto_approved: number | null;
  };
  /**
   * @maxItems 1000
   */
  first_pass: {
    grain: 'main_task' | 'agent' | 'model';
    name: string;
    results: number;
    passed: number;
    /**
     * A share of 1; null of nothing.
     */
    rate: number | null;
  }[];
  /**
   * @maxItems 50
   */
  failure_codes: {
    code: string;
    results: number;
    runs: number;
  }[];
  correction_loops: {
    loops: number;
    resolved: number;
    deepest: number;
    depth: Durations | null;
  };
  exhausted_loops: {
    trees: number;
    exhausted: number;
    /**
     * A share of 1; null of nothing.
     */
    rate: number | null;
    /**
     * @maxItems 50
     */
    by_failure_code: {
      code: string;
      trees: number;
      exhausted: number;
      /**
       * A share of 1; null of nothing.
       */
      rate: number | null;
    }[];
  };
  success_floor: {
    /**
     * @maxItems 10
     */
    grains: {
      grain: 'main_task' | 'subtask' | 'agent' | 'model';
      grains: number;
      under_floor: number;
      /**
       * A share of 1; null of nothing.
       */
      share: number | null;
    }[];
    raised: number;
    recovered: number;
    recovery: Durations | null;
  };
  rollbacks: {
    after_approval: Undone;
    unattended: Undone;
  };
  /**
   * @maxItems 400
   */
  manual_overrides: {
    day: CalendarDate;
    count: number;
  }[];
  /**
   * @maxItems 1000
   */
  calibration: {
    main_task_id: string;
    model: string;
    trees: number;
    /**
     * Whole pico-USD as decimal text.
     */
    estimated_pico_usd: string;
    /**
     * Whole pico-USD as decimal text.
     */
    spent_pico_usd: string;
    actual_over_estimate: number;
  }[];
  /**
   * @maxItems 50
   */
  correction_spend: {
    code: string;
    charges: number;
    /**
     * Whole pico-USD as decimal text.
     */
    pico_usd: string;
  }[];
  unaccounted: {
    /**
     * Whole pico-USD as decimal text.
     */
    held_pico_usd: string;
    /**
     * Whole pico-USD as decimal text.
     */
    uncertain_pico_usd: string;
    unpriced_reports: number;
  };
}

/**
 * One live value that a change set moved.
 */
export interface OptimizationEntry {
  change_set_id: Id;
  campaign_id: Id;
  field: Code;
  /**
   * Position of its entry in the log.
   */
  seq: number;
  plan_version: PlanVersion;
  before: AmountMinor | null;
  after: AmountMinor;
  /**
   * What the decision allowed; other than `after` when something else was set.
   */
  allowed: AmountMinor;
  /**
   * The change set that it takes back.
   */
  undoes: Id | null;
  undone_by: Id | null;
  action: Code;
  decision_id: Id;
  ticket_id: Id | null;
  outcome: 'applied' | 'partial';
  applied_at: Timestamp;
  applied_by: Id;
}

/**
 * ExportTraceServiceRequest of opentelemetry-proto 1.x.
 */
export interface OtlpTraces {
  resourceSpans?: {
    [k: string]: unknown;
  }[];
  [k: string]: unknown;
}

/**
 * google.rpc.Status.
 */
export interface OtlpStatus {
  code: number;
  message: string;
}

/**
 * ExportTraceServiceResponse.
 */
export interface OtlpTaken {
  partialSuccess?: {
    rejectedSpans: string;
    errorMessage: string;
  };
}

/**
 * What became of an allowed action. `applied` moves the recorded live values to what was allowed, `partial` to the values that were really set.
 */
export interface OutcomeRequest {
  status: 'applied' | 'failed' | 'partial';
  detail?: Text;
  /**
   * Of a partial outcome: the live values that were really set, by field.
   */
  values?: Amounts;
}

/**
 * The present or next one.
 */
export interface Absence {
  from: Timestamp;
  until: Timestamp;
  stand_in: Id | null;
}

export interface PersonPage {
  people: Person[];
  next_after: string | null;
}

/**
 * A human of the tenant. Roles and activity follow the tokens.
 */
export interface Person {
  person_id: Id;
  name: string;
  email: string | null;
  time_zone: string | null;
  roles: Roles;
  /**
   * Has a way to sign in.
   */
  active: boolean;
  /**
   * Is away now.
   */
  away: boolean;
  absence: Absence | null;
}

/**
 * What is different between two plan versions.
 */
export interface PlanComparison {
  /**
   * From this version; null: from nothing.
   */
  against: PlanVersion | null;
  /**
   * To this version.
   */
  version: PlanVersion;
  /**
   * By JSON pointer into the payloads. A side on which there is nothing has no field.
   */
  differences: {
    path: string;
    before?: unknown;
    after?: unknown;
  }[];
  total: {
    before: {
      currency: Currency;
      amount_minor: AmountMinor;
    };
    after: {
      currency: Currency;
      amount_minor: AmountMinor;
    };
    /**
     * Null between two currencies.
     */
    delta_minor: number | null;
    /**
     * Per cent with up to two decimals, rounded toward zero.
     */
    delta_percent: string | null;
  };
  /**
   * Told apart by platform and dates, then by platform and order.
   */
  flights: {
    added: Plan['payload']['flights'][number][];
    removed: Plan['payload']['flights'][number][];
    changed: {
      platform: string;
      before: Plan['payload']['flights'][number];
      after: Plan['payload']['flights'][number];
      delta_minor: number;
    }[];
  };
  audiences: {
    /**
     * @maxItems 100
     */
    added: string[];
    /**
     * @maxItems 100
     */
    removed: string[];
  };
  creative_themes: {
    /**
     * @maxItems 100
     */
    added: string[];
    /**
     * @maxItems 100
     */
    removed: string[];
  };
  /**
   * One sentence for each thing that a planner or client would ask about.
   */
  summary: string[];
}

/**
 * A plan version as the service holds it. An approved payload never changes.
 */
export interface PlanRecord {
  version: PlanVersion;
  type: 'initial' | 'revise' | 'replan';
  state: 'draft' | 'approved' | 'superseded';
  author: Id;
  base_version: PlanVersion | null;
  payload: Plan['payload'];
  payload_hash: Sha256;
  created_at: Timestamp;
  approved_at: Timestamp | null;
  approved_ticket_id: Id | null;
  /**
   * The draft that this one is a rebase of.
   */
  derived_from: PlanVersion | null;
  /**
   * The log's size when the version was registered: later change sets are not in it.
   */
  log_through: number;
}

/**
 * A media plan version as registered. The version number is given by the service.
 */
export interface Plan {
  type: 'initial' | 'revise' | 'replan';
  base_version?: PlanVersion;
  payload: {
    name: ShortText;
    currency: Currency;
    total_budget_minor: AmountMinor;
    /**
     * @minItems 1
     * @maxItems 200
     */
    flights: {
      platform: string;
      start: CalendarDate;
      end: CalendarDate;
      budget_minor: AmountMinor;
    }[];
    /**
     * @maxItems 100
     */
    audiences?: ShortText[];
    /**
     * @maxItems 100
     */
    creative_themes?: ShortText[];
  };
}

/**
 * Names a campaign's objects on its platform.
 */
export interface PlatformIdsRequest {
  platform_ids: PlatformIds;
}

/**
 * USD as decimal text, at most nine decimals.
 */
export type UsdDecimal = string;

/**
 * Flat, or by the size of the input: the last tier that the input is larger than holds for the whole call.
 */
export type UnitPrice =
  | UsdDecimal
  | {
      base: UsdDecimal;
      /**
       * @minItems 1
       * @maxItems 10
       */
      tiers: {
        above: number;
        price: UsdDecimal;
      }[];
    };

/**
 * By name of the price: `input_mtok` is USD for a million input tokens; `_kcount` and `_kpages` are for a thousand, `_hours` for an hour.
 */
export interface UnitPrices {
  [k: string]: UnitPrice;
}

export type PriceName = string;

/**
 * A price of the tenant's own: what it agreed with a provider, or of a model that the list does not have.
 */
export interface PriceOverride {
  /**
   * Id of the provider in the list, or a name of your own for one that it does not have.
   */
  provider: PriceName;
  /**
   * A model as calls name it, or the id of its row in the list, which holds for all its names.
   */
  model: PriceName;
  /**
   * The provider's service tier: `standard` when left out; `batch`, `flex`, `priority`, …
   */
  tier?: string;
  /**
   * Calls made from then on.
   */
  from: Timestamp;
  prices: UnitPrices;
}

/**
 * A tenant's own prices, whole: they take the place of those set before. What was charged stays charged.
 */
export interface PriceOverridesRequest {
  reason: ShortText;
  /**
   * @maxItems 500
   */
  rows: PriceOverride[];
}

/**
 * One version of a tenant's own prices. Version 0: none were ever set.
 */
export interface PriceOverrides {
  version: number;
  /**
   * Names these prices and the list that they stand on; the `list_hash` of what is charged by them.
   */
  overrides_hash: Sha256 | null;
  /**
   * @maxItems 500
   */
  rows: PriceOverride[];
  reason: string | null;
  created_at: Timestamp | null;
  created_by: string | null;
}

/**
 * Pico-USD (10⁻¹² USD) as decimal text.
 */
export type PicoUsdText = string;

/**
 * What is charged by, whole: the list is not needed to charge it again.
 */
export interface PriceRow {
  /**
   * `list`, or `overrides/<version>`.
   */
  source: string;
  provider: string;
  model: string;
  tier: string;
  from?: string;
  /**
   * Seconds of a day in UTC.
   */
  hours?: {
    start: number;
    end: number;
  };
  /**
   * As the list writes them.
   */
  prices: {
    [k: string]: UnitPrice;
  };
}

export interface BreakdownLine {
  unit: string;
  count: number;
  each: PicoUsdText;
  pico_usd: PicoUsdText;
}

/**
 * What a call of a model would be charged by.
 */
export interface Price {
  row: PriceRow;
  list: {
    source: string;
    dated: CalendarDate;
  };
  list_hash: Sha256;
  /**
   * By unit, for a call with as many input tokens as were asked about. Null: the price is no whole number of pico-USD, and usage of the unit is unpriced.
   */
  each: {
    [k: string]: PicoUsdText | null;
  };
  /**
   * What the tokens asked about would cost; null when none were.
   */
  charge: {
    pico_usd: PicoUsdText;
    usd: string;
    breakdown: BreakdownLine[];
  } | null;
}

export interface FieldError {
  /**
   * JSON pointer into the body, a header's name, or `?name` of a query parameter.
   */
  field: string;
  code: string;
  message: string;
  /**
   * Of a configuration: the value that was sent.
   */
  value?: number | string | boolean;
  /**
   * Of a configuration: how far it may go.
   */
  ceiling?: number | string | boolean | unknown[];
  [k: string]: unknown;
}

/**
 * An error for the caller: problem details of RFC 9457. `code` is stable; some codes bring further fields.
 */
export interface Problem {
  /**
   * A URI that names the code.
   */
  type: string;
  title: string;
  status: number;
  code: Code;
  /**
   * For people. Its wording may change.
   */
  detail: string;
  /**
   * What is wrong with the request, field by field.
   *
   * @maxItems 100
   */
  errors?: FieldError[];
  reasons?: Reasons;
  [k: string]: unknown;
}

/**
 * A draft made from the approved plan and what the optimization log says since.
 */
export interface ProposedRevision {
  plan: PlanRecord;
  change_sets: {
    change_set_id: Id;
    campaign_id: Id;
    field: Code;
    before: AmountMinor | null;
    after: AmountMinor;
    applied_at: Timestamp;
    flight: Flight;
    /**
     * Of a daily budget: the flight's days from the change to its end, both counted.
     */
    days: number | null;
    flight_delta_minor: number;
  }[];
  /**
   * Changes that move no budget of the plan.
   */
  left_out: {
    change_set_id: Id;
    campaign_id: Id;
    field: Code;
    because: 'not_a_budget';
  }[];
  comparison: PlanComparison;
}

/**
 * Output of the entrypoint placet/qc/answer.
 */
export interface QcAnswer {
  alert: boolean;
  /**
   * Index of the first later window in which the alert begins or ends; null when it does not.
   */
  turns: number | null;
  /**
   * Why it began or ended now; empty when it did neither.
   */
  reasons: Reasons;
}

export type GrainKind = 'main_task' | 'subtask' | 'agent' | 'model';

/**
 * Input of the entrypoint placet/qc/answer: a grain's results in the window, now and as they leave it.
 */
export interface QcInput {
  /**
   * The tenant's.
   */
  policy: TenantConfig['qc_threshold_policy'];
  grain: {
    kind: GrainKind;
    name: string;
  };
  /**
   * As recorded.
   */
  alert: boolean;
  /**
   * The first is the window now, each other the window once one more quarter of an hour has left it.
   *
   * @minItems 1
   * @maxItems 700
   */
  windows: {
    total: number;
    passed: number;
  }[];
}

/**
 * One correction loop that an agent went through (agent_qc_loops).
 */
export interface QcLoop {
  loop_id: Id;
  run_id: Id;
  task_id: Id;
  main_task_id: Id;
  agent: Id;
  model: Model;
  /**
   * How many corrections it took.
   */
  depth: number;
  /**
   * Failure codes, one for each correction.
   *
   * @maxItems 100
   */
  causes?: Id[];
  /**
   * Spent in the loop.
   */
  tokens?: number;
  /**
   * The work passed in the end.
   */
  resolved?: boolean;
  at: Timestamp;
}

export interface QcItem {
  id: Id;
  /**
   * `recorded` now, `known` from before, or `refused`.
   */
  status: 'recorded' | 'known' | 'refused';
  /**
   * Its place in the log.
   */
  seq?: number;
  problem?: Problem;
}

export interface QcResults {
  /**
   * @minItems 1
   * @maxItems 1000
   */
  results: QcResult[];
}

export interface QcLoops {
  /**
   * @minItems 1
   * @maxItems 1000
   */
  loops: QcLoop[];
}

/**
 * One result, or up to 1,000.
 */
export type QcResultsBody = QcResult | QcResults;

/**
 * One loop, or up to 1,000.
 */
export type QcLoopsBody = QcLoop | QcLoops;

/**
 * What a success rate is measured of.
 */
export interface GrainView {
  kind: GrainKind;
  /**
   * The main task, agent or model; of a subtask, its main task.
   */
  name: Id;
  /**
   * Of a subtask.
   */
  task_id: Id | null;
  /**
   * Results in the window, now.
   */
  total: number;
  passed: number;
  alert: boolean;
  alert_since: Timestamp | null;
  alerts_total: number;
  /**
   * When the alert begins or ends by time alone.
   */
  turns_at: Timestamp | null;
  updated_at: Timestamp;
}

export interface GrainPage {
  /**
   * @maxItems 1000
   */
  grains: GrainView[];
}

/**
 * What is answered to quality signals: one item for each, in their order.
 */
export interface QcReport {
  /**
   * @maxItems 1000
   */
  items: QcItem[];
}

/**
 * @maxItems 20
 */
export type FailureCodes = Id[];

/**
 * One check of an agent's work (agent_qc_results).
 */
export interface QcResult {
  result_id: Id;
  run_id: Id;
  task_id: Id;
  main_task_id: Id;
  /**
   * Whose work was checked.
   */
  agent: Id;
  model: Model;
  pass: boolean;
  failure_codes?: FailureCodes;
  /**
   * When the work was checked.
   */
  at: Timestamp;
}

/**
 * Registers a draft anew on the plan that is approved now. With `resolutions`, or a `payload` made by hand, goes the version that its author saw (`onto`).
 */
export interface RebaseRequest {
  /**
   * The approved version that was seen. Another one approved by now is a 409.
   */
  onto?: PlanVersion;
  /**
   * The whole payload of the new draft, in place of a merge.
   */
  payload?: Plan['payload'];
  /**
   * What becomes of each conflict that the 409 named.
   *
   * @maxItems 300
   */
  resolutions?: (
    | {
        pointer: string;
        take: 'base' | 'theirs' | 'mine';
      }
    | {
        pointer: string;
        value: string | AmountMinor | Plan['payload']['flights'][number] | Plan['payload']['flights'];
      }
  )[];
}

/**
 * The new draft, and what it changes of the plan that it stands on.
 */
export interface RebasedPlan {
  plan: PlanRecord;
  comparison: PlanComparison;
}

export interface Outcome {
  decision_seq: number;
  status: 'applied' | 'failed' | 'partial';
  detail: Text | null;
  reported_by: Id;
  reported_at: Timestamp;
  /**
   * Of a partial outcome: the values that were really set.
   */
  applied_values: Amounts | null;
}

/**
 * A decision as the log keeps it: with the input that policy saw, its whole answer and what became of it.
 */
export interface RecordedDecision {
  decision_id: Id;
  effect: Decision['effect'];
  reasons: Reasons;
  obligations: DecisionAnswer['obligations'];
  ticket?: TicketReference;
  policy: Decision['policy'];
  receipt: Receipt;
  input: DecisionInput;
  answer: DecisionAnswer;
  caller: Id;
  outcome: Outcome | null;
}

/**
 * Output of the entrypoint placet/report/answer.
 */
export interface ReportAnswer {
  effect: 'allow' | 'deny';
  reasons: Reasons;
}

export interface ReportedWork {
  run_id: Id;
  task_id: Id;
  main_task_id: Id;
  agent: Id;
  model: Model;
}

/**
 * Input of the entrypoint placet/report/answer: somebody reports on the quality of an agent's work.
 */
export interface ReportInput {
  now: Timestamp;
  caller: Principal;
  report: ReportedWork;
  /**
   * The run as recorded, when the service holds it.
   */
  run?: ReportedWork;
  /**
   * The report is dated after `now`, by more than clocks differ.
   */
  in_future?: boolean;
}

export interface DecisionBatch {
  /**
   * One for each question, in its order.
   *
   * @maxItems 100
   */
  decisions: (Decision | FailedDecision)[];
}

export interface FailedDecision {
  problem: Problem;
}

export interface OutcomeAccepted {
  decision_id: Id;
  status: 'applied' | 'failed' | 'partial';
  /**
   * Under which the optimization log keeps what was moved, where something was.
   */
  change_set_id?: Id;
}

export interface MandatePage {
  /**
   * @maxItems 100
   */
  mandates: MandateRecord[];
  next_after: string | null;
}

/**
 * A client gets the second form.
 */
export type AnyTicket = Ticket | ClientTicket;

/**
 * A client gets the second form.
 */
export type AnyTicketDetail = TicketDetail | ClientTicketDetail;

export interface TicketPage {
  tickets: AnyTicket[];
  next_before: number | null;
}

export interface CommentAccepted {
  /**
   * Position of the comment's entry in the log.
   */
  seq: number;
  mentions: Id[];
  /**
   * Mentioned, but no person of this tenant.
   */
  mentions_unknown: string[];
}

export interface PlanPage {
  plans: PlanRecord[];
  next_after: string | null;
}

export interface CampaignPage {
  campaigns: CampaignRecord[];
  next_after: string | null;
}

export interface CreativePage {
  creatives: CreativeRecord[];
  next_after: string | null;
}

export interface ConfigVersion {
  version: number;
  config: TenantConfig;
}

export interface AuditPage {
  entries: AuditExportEntry[];
  next_from: number | null;
}

export interface AuditHead {
  log: Id;
  size: number;
  tip: Sha256;
}

/**
 * An OpenAPI 3.1 document.
 */
export interface OpenapiDocument {
  openapi: string;
  info: {
    [k: string]: unknown;
  };
  paths: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}

export interface Health {
  status: 'ok';
}

export interface Readiness {
  status: 'ready';
  /**
   * Revision of the bundle that answers.
   */
  policy: Sha256;
}

export interface DecisionPage {
  decisions: {
    decision_id: Id;
    at: Timestamp;
    effect: 'allow' | 'review' | 'deny';
    action: string;
    resource: string;
    subject: Id;
    caller: Id;
    ticket_id: Id | null;
    /**
     * An allow whose outcome is to be reported.
     */
    reportable: boolean;
    /**
     * As reported; `missing` when it should have been.
     */
    outcome: 'applied' | 'failed' | 'partial' | 'missing' | null;
  }[];
  /**
   * Position to go on from; the page may be short or empty before the end is reached.
   */
  next_before: number | null;
}

export interface OptimizationPage {
  changes: OptimizationEntry[];
  /**
   * Position to go on from; the page may be short or empty before the end is reached.
   */
  next_before: number | null;
}

export interface ManifestPage {
  manifests: Manifest[];
  next_after: string | null;
}

/**
 * The questions that taking a change set back comes to, and their answers.
 */
export interface Rollback {
  change_set_id: Id;
  /**
   * What was asked for each value, with its answer: to be asked again with the approval where a ticket is open.
   *
   * @maxItems 100
   */
  questions: {
    question: DecisionRequest;
    decision?: Decision;
    problem?: Problem;
  }[];
}

export interface RunStart {
  task_id: Id;
  main_task_id: Id;
  agent: Id;
  model: Model;
  parent_run_id?: Id;
  /**
   * What the run tree is going to cost: of its first run only.
   */
  estimate?: EstimateRequest;
}

/**
 * A run that an agent wants to start. With a parent it joins the parent's tree, and its counters.
 */
export interface RunRequest {
  run_id: Id;
  task_id: Id;
  main_task_id: Id;
  /**
   * Who does the work.
   */
  agent: Id;
  model: Model;
  parent_run_id?: Id;
  /**
   * What the run tree is going to cost: of its first run only.
   */
  estimate?: EstimateRequest;
}

/**
 * A step that an agent is about to take. Asked before it is taken; admitted once per step_id.
 */
export interface RunStepRequest {
  /**
   * What the step repeats. `step` counts globally only.
   */
  kind: 'qc_correction' | 'tool_round' | 'orchestrator_retry' | 'step';
  /**
   * The caller's name for the step, once in its run.
   */
  step_id: Id;
  /**
   * Why the step is needed.
   */
  cause?: {
    /**
     * Such as a QC failure code.
     */
    code: Id;
    detail?: string;
  };
}

export interface RunStep {
  step_id: Id;
  kind: RunStepRequest['kind'];
  cause: NonNullable<RunStepRequest['cause']> | null;
  epoch: number;
  decision_id: Id;
  at: Timestamp;
}

export interface RunRow {
  run_id: Id;
  root_run_id: Id;
  parent_run_id: Id | null;
  depth: number;
  task_id: Id;
  main_task_id: Id;
  agent: Id;
  model: Model;
  requested_by: Id;
  /**
   * Of the tree.
   */
  state: 'running' | 'exhausted' | 'aborted';
  epoch: number;
  decision_id: Id;
  created_at: Timestamp;
}

export interface RunPage {
  /**
   * @maxItems 100
   */
  runs: RunRow[];
  next_before: number | null;
}

/**
 * `started` says whether the run may work; the decision says why, or why not.
 */
export interface RunStarted {
  started: boolean;
  run_id: Id;
  decision: Decision;
}

/**
 * `admitted` says whether the step may be taken.
 */
export interface StepAnswer {
  admitted: boolean;
  run_id: Id;
  step_id: Id;
  /**
   * After this step, with what is left of each ceiling and whose it is. Null for a run that is not known.
   */
  counters: Counters | null;
  /**
   * The ticket that the denial raised.
   */
  red_flag: Id | null;
  decision: Decision;
}

/**
 * A run with its tree and its counters.
 */
export interface Run {
  run_id: Id;
  root_run_id: Id;
  parent_run_id: Id | null;
  depth: number;
  children: number;
  task_id: Id;
  main_task_id: Id;
  agent: Id;
  model: Model;
  requested_by: Id;
  /**
   * Let it start.
   */
  decision_id: Id;
  created_at: Timestamp;
  tree: {
    /**
     * `exhausted` while an A8 waits for a human; `aborted` for good.
     */
    state: 'running' | 'exhausted' | 'aborted';
    epoch: number;
    runs_total: number;
    steps_total: number;
    /**
     * The A8 of this epoch.
     */
    red_flag: Id | null;
  };
  counters: Counters;
  /**
   * Admitted steps of this run, in order.
   *
   * @maxItems 1000
   */
  steps: RunStep[];
}

export type WeekDay = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/**
 * Working time on each of these days by the wall clock of the calendar's zone. An end at or before the beginning is on the next day.
 */
export interface WorkInterval {
  /**
   * @minItems 1
   * @maxItems 7
   */
  days: WeekDay[];
  from: string;
  to: string;
}

/**
 * When people work. On a holiday no working time begins; a night's work that began the day before is finished.
 */
export interface WorkCalendar {
  /**
   * IANA name.
   */
  time_zone: string;
  /**
   * @minItems 1
   * @maxItems 28
   */
  intervals: WorkInterval[];
  /**
   * @maxItems 200
   */
  holidays: string[];
}

/**
 * Working minutes.
 */
export type TargetMinutes = number;

/**
 * What happens when this part of the target is used up. `remind`: those asked are asked again. `widen`: all who could fill an empty slot are asked, those away as well, and the holders of `roles` are told. `admin`: the holders of `roles` are told. No step fills a slot or takes one away.
 */
export interface EscalationStep {
  at_percent: number;
  effect: 'remind' | 'widen' | 'admin';
  /**
   * Who is told besides those who are asked.
   */
  roles: Roles;
  /**
   * Of the last step: it comes again whenever that much more is used up.
   */
  repeat_every_percent?: number;
}

/**
 * Measures the working time of one party, and what follows from it.
 */
export interface SlaClock {
  /**
   * A name among the calendars.
   */
  calendar: string;
  target_minutes: TargetMinutes;
  /**
   * @maxItems 10
   */
  ladder: EscalationStep[];
}

/**
 * The rules of time of one ticket, as they stood when its revision was opened.
 */
export interface SlaRules {
  calendars: {
    [k: string]: WorkCalendar;
  };
  clocks: {
    /**
     * Runs while the agency can act.
     */
    team: SlaClock;
    /**
     * Runs while changes are requested.
     */
    agent: SlaClock;
    /**
     * Runs while only the client is awaited.
     */
    client: SlaClock;
  };
  /**
   * What a new revision does to the clocks of team and client.
   */
  on_revision: {
    /**
     * After changes were requested.
     */
    asked: 'restart' | 'continue';
    /**
     * While the ticket was pending.
     */
    unasked: 'restart' | 'continue';
  };
}

/**
 * Minutes for the team by ticket type. The shorter one of this and policy's own holds.
 */
export interface SlaTargets {
  A1?: TargetMinutes;
  A2?: TargetMinutes;
  A3?: TargetMinutes;
  A4?: TargetMinutes;
  A5?: TargetMinutes;
  A6?: TargetMinutes;
  A7?: TargetMinutes;
  A8?: TargetMinutes;
  A9?: TargetMinutes;
}

/**
 * Configuration per tenant, in the shape of the specification. A tenant may be stricter than the ceilings, not looser: policy checks that.
 */
export interface TenantConfig {
  /**
   * What the client may do in its portal, beyond filling its slots. Left out: it may reject proposed revisions and replans, does not approve themes, and gives mandates up to policy's cap.
   */
  client_portal?: {
    /**
     * A plan with new creative themes needs the client too.
     */
    approve_creative_themes?: boolean;
    /**
     * The client may reject a proposed revise or replan that needs no slot of it.
     */
    reject_replans?: boolean;
    /**
     * The most that a mandate may let pass, per cent of a budget in a month.
     */
    mandate_max_increase_pct?: number;
  };
  approval_policy: {
    first_launch_requires_human: boolean;
    auto_approve_optimization_under_pct: number;
    client_must_approve_budget_increase: boolean;
    vertical_compliance_profile: string;
  };
  loop_policy: {
    qc_correction_max: number;
    tool_rounds_max: number;
    orchestrator_retry_max: number;
    global_steps_per_run_id_max: number;
    /**
     * How many runs may enter one task in policy's window, over all trees. Default: policy's.
     */
    runs_per_task_max?: number;
    on_exhaustion: string;
  };
  cost_guard_policy: {
    trip_multiplier: number;
    block_on_trip: boolean;
    /**
     * The most that an agent may estimate its own run tree at, in hundredths of a USD. Default: policy's.
     */
    agent_estimate_max_usd_cents?: number;
  };
  qc_threshold_policy: {
    success_floor: number;
    window_hours: number;
    min_sample_global: number;
    /**
     * What an agent, a model or a task in alert wants to do goes to a human first. Default: policy's.
     */
    review_in_alert?: boolean;
  };
  /**
   * Optional. Working time of this tenant, in place of policy's business calendar, and shorter targets.
   */
  sla_policy?: {
    calendar?: WorkCalendar;
    targets?: SlaTargets;
  };
}

/**
 * @minItems 1
 * @maxItems 300
 */
export type TermValues = string[];

/**
 * A term as it stands. A number or date lies between its bounds, which are both there; a list holds nothing else.
 */
export interface AgreedTerm {
  pointer: string;
  at_least?: Bound;
  at_most?: Bound;
  subset_of?: TermValues;
}

/**
 * @maxItems 20
 */
export type AgreedTerms = AgreedTerm[];

/**
 * A tighter term of an approval: bounds for a number or date, or what a list may hold. Which fields can be tightened, and which way, is policy data.
 */
export interface Term {
  pointer: string;
  at_least?: Bound;
  at_most?: Bound;
  subset_of?: TermValues;
}

export interface TicketComment {
  ticket_id: Id;
  seq: number;
  author_id: Id;
  author_kind: PrincipalKind;
  body: string;
  created_at: Timestamp;
  visibility: CommentVisibility;
  mentions: Id[];
  attachments: Attachments;
  edited_at: Timestamp | null;
  /**
   * Earlier wordings, the first one first.
   */
  edits: {
    seq: number;
    body: string;
    mentions: Id[];
    attachments: Attachments;
    at: Timestamp;
  }[];
}

export interface TicketRevision {
  ticket_id: Id;
  revision: number;
  subject_hash: Sha256;
  /**
   * What this revision asked for, and on what basis.
   */
  subject: {
    [k: string]: unknown;
  };
  seq: number;
  /**
   * To the revision before, `/preview/…` being what would change; empty for the first.
   */
  difference: Difference[];
}

export interface HistoryEntry {
  seq: number;
  timestamp: Timestamp;
  action: Code;
  actor_type: PrincipalKind;
  actor_id: Id;
  leaf_hash: Sha256;
}

export interface SlaSegment {
  clock: 'team' | 'agent' | 'client';
  round: number;
  started_at: Timestamp;
  /**
   * Null while it runs.
   */
  ended_at: Timestamp | null;
}

/**
 * A ticket with its thread.
 */
export type TicketDetail = TicketFields & {
  /**
   * @maxItems 1000
   */
  comments: TicketComment[];
  /**
   * @maxItems 1000
   */
  revisions: TicketRevision[];
  /**
   * The entries of the log that are about this ticket.
   *
   * @maxItems 1000
   */
  history: HistoryEntry[];
  /**
   * When which clock ran: the team's, and the pauses in which the agent or only the client was awaited.
   *
   * @maxItems 1000
   */
  segments: SlaSegment[];
  [k: string]: unknown;
};

/**
 * Why a ticket is cancelled or revoked.
 */
export interface TicketNoteRequest {
  comment: string;
}

/**
 * One verdict as it was cast, with the roles its author held then.
 */
export interface CastVote {
  seq: number;
  revision: number;
  subject_hash: Sha256;
  verdict: 'approve' | 'reject' | 'request_changes' | 'revoke' | 'acknowledge' | 'resolve';
  slot: string | null;
  voter: Id;
  roles: Roles;
  comment: Text | null;
  resolution?: Resolution;
  at: Timestamp;
  /**
   * In whose stead, and with which of their roles.
   */
  on_behalf_of?: {
    person: Id;
    roles: Roles;
  };
  /**
   * @maxItems 50
   */
  changes?: ChangeRequest[];
  terms?: AgreedTerms;
}

/**
 * One difference. `before` or `after` is absent where the path did not exist.
 */
export interface Difference {
  /**
   * JSON pointer.
   */
  path: string;
  before?: unknown;
  after?: unknown;
}

export interface TicketSlot {
  id: string;
  /**
   * @minItems 1
   * @maxItems 6
   */
  any_of: Role[];
  filled: boolean;
  by: Id | null;
  at: Timestamp | null;
  on_behalf_of: Id | null;
}

/**
 * A ticket's time. Seconds are working seconds of the calendar, in this round.
 */
export interface Sla {
  /**
   * Whose time runs; null once nobody is awaited.
   */
  clock: 'team' | 'agent' | 'client' | null;
  /**
   * Grows when a revision gives everyone the whole time again.
   */
  round: number;
  opened_at: Timestamp;
  /**
   * When the time of the clock that runs is used up.
   */
  due_at: Timestamp;
  target_minutes: number;
  /**
   * Of the team's clock.
   */
  elapsed_seconds: number;
  /**
   * Of the team's clock. Negative when overdue; null once resolved.
   */
  seconds_left: number | null;
  /**
   * The team's target was exceeded, in this round or an earlier one.
   */
  breached: boolean;
  /**
   * When, in this round.
   */
  breached_at: Timestamp | null;
  /**
   * Since when the team's clock stands still for agent or client.
   */
  paused_since: Timestamp | null;
  clocks: {
    team: SlaClockView;
    agent: SlaClockView;
    client: SlaClockView;
  };
  escalation: {
    /**
     * Everyone who could fill an empty slot is asked, also who is away.
     */
    widened: boolean;
    /**
     * When the next step comes if nothing happens before.
     */
    next_at: Timestamp | null;
    next_effect: 'remind' | 'widen' | 'admin' | 'breach' | null;
  };
}

export interface TicketFields {
  ticket_id: Id;
  number: number;
  tenant: Id;
  vertical: string;
  platform: string | null;
  type: TicketType;
  state: TicketState;
  red_flag: boolean;
  risk: 'low' | 'medium' | 'high';
  legal_flag: boolean;
  requested_by: {
    kind: PrincipalKind;
    id: Id;
    caller: Id;
    on_behalf_of: Id | null;
  };
  plan_version: PlanVersion | null;
  change_set_id: Id | null;
  action: DecisionRequest['action'];
  resource: DecisionRequest['resource'];
  /**
   * What the approval rests on. When it changes, the ticket is superseded.
   */
  base: {
    [k: string]: unknown;
  };
  title: string;
  summary: string;
  diff: Difference[];
  reasons: Reasons;
  blocks: BlockKey[];
  revision: number;
  /**
   * What a verdict is bound to. Send it back with the verdict.
   */
  subject_hash: Sha256;
  slots: TicketSlot[];
  votes: CastVote[];
  waits_for_client: boolean;
  sla: Sla;
  request_expires_at: Timestamp;
  permit_expires_at: Timestamp | null;
  on_approved: 'permit' | 'plan.approve' | 'creative.clear' | 'none';
  resolved_at: Timestamp | null;
  resolved_by: Id | null;
  /**
   * Of a red flag, what raised it.
   */
  flag: RaisedFlag | null;
  /**
   * Of a red flag, how it was resolved.
   */
  resolution: Resolution | null;
  /**
   * The decision that used up the permit.
   */
  consumed_by: Id | null;
  /**
   * Who works on it just now. Binds nobody.
   */
  claim: Claim | null;
  /**
   * An empty slot that nobody could fill: see …/eligible.
   */
  uncovered: boolean;
  /**
   * Two clocks: the request's, until it is answered, and the permit's, from its approval.
   */
  clocks: {
    /**
     * Null for a red flag, which never lapses.
     */
    request: Clock | null;
    permit: Clock | null;
  };
  /**
   * What a resubmission must satisfy: of each who requested changes, what they asked for last.
   *
   * @maxItems 500
   */
  changes: OpenChange[];
  /**
   * Tighter terms of the approvals so far, all of them together.
   */
  terms: AgreedTerms;
  /**
   * Binds the terms to the subject_hash; null without terms.
   */
  terms_hash: Sha256 | null;
  /**
   * To one who gave a verdict: what they should know.
   */
  warnings?: Warning[];
  [k: string]: unknown;
}

export interface Claim {
  by: Id;
  at: Timestamp;
  until: Timestamp;
}

export interface Clock {
  expires_at: Timestamp;
  /**
   * 0 when it is over; null when it does not run any more.
   */
  seconds_left: number | null;
}

export interface OpenChange {
  pointer: string;
  constraint: Constraint;
  note?: string;
  by: Id;
}

export interface Warning {
  code: Code;
  message: string;
}

export interface SlaClockView {
  calendar: string;
  /**
   * IANA name.
   */
  time_zone: string;
  target_minutes: number;
  elapsed_seconds: number;
  seconds_left: number;
  /**
   * When the target was used up.
   */
  spent_at: Timestamp | null;
  /**
   * With the rounds before.
   */
  total_seconds: number;
}

/**
 * A ticket as humans decide on it and agents wait for it.
 */
export type Ticket = TicketFields;

export interface NarrowingRule {
  pointer: string;
  /**
   * `interval`: a number or date, from what is asked towards the other end. `list`: entries may be left out.
   */
  kind: 'interval' | 'list';
  /**
   * Pointer into the ticket's subject at the other end of the interval.
   */
  towards?: string;
  /**
   * The other end where nothing is at `towards`.
   */
  floor?: Bound;
}

/**
 * Output of the entrypoint placet/verdict/answer.
 */
export interface VerdictAnswer {
  effect: 'allow' | 'deny';
  reasons: Reasons;
  /**
   * The slot that this verdict fills.
   */
  slot?: string;
  /**
   * The ticket's state after this verdict. `pending` while a slot is still empty.
   */
  outcome?: TicketState;
  /**
   * The slot is filled in this person's stead.
   */
  on_behalf_of?: Id;
  /**
   * How each field that the terms speak about can be tightened.
   *
   * @maxItems 20
   */
  narrowing?: NarrowingRule[];
}

export interface Vote {
  slot: string;
  voter: Id;
  /**
   * Roles held when the vote was cast.
   */
  roles: Roles;
  /**
   * For whom the voter stood in; `roles` are then those of that person.
   */
  on_behalf_of?: Id;
}

/**
 * Input of the entrypoint placet/verdict/answer: who wants to do what to a ticket. The state and the binding were checked before.
 */
export interface VerdictInput {
  now: Timestamp;
  tenant: {
    id: Id;
    config: TenantConfig;
  };
  voter: {
    kind: PrincipalKind;
    id: Id;
    roles: Roles;
    /**
     * Is out of office now.
     */
    away?: boolean;
    /**
     * Who is away and named the voter, with the roles they hold now. Whether those may be lent is policy's to say.
     *
     * @maxItems 100
     */
    stands_in_for?: {
      person: Id;
      roles: Roles;
    }[];
  };
  verdict: {
    action:
      | 'approve'
      | 'reject'
      | 'request_changes'
      | 'revoke'
      | 'cancel'
      | 'revise'
      | 'claim'
      | 'release'
      | 'acknowledge'
      | 'resolve';
    resolution?: Resolution;
    /**
     * The verdict comes with words.
     */
    commented?: boolean;
    slot?: string;
    /**
     * How long a claim is to last.
     */
    minutes?: number;
    /**
     * Asked to find out who could, not to do it: who is away cannot.
     */
    trial?: boolean;
    /**
     * Pointers that tighter terms speak about.
     *
     * @maxItems 20
     */
    terms?: string[];
  };
  ticket: {
    id: Id;
    type: TicketType;
    state: TicketState;
    revision: number;
    slots: Slots;
    /**
     * Approvals of the current revision.
     *
     * @maxItems 20
     */
    votes: Vote[];
    /**
     * The subject that asked.
     */
    requester: Id;
    /**
     * The credential that asked.
     */
    caller: Id;
    on_behalf_of?: Id;
    plan_author?: Id;
    legal_flag: boolean;
    red_flag: boolean;
    /**
     * What is asked for.
     */
    action?: Code;
    on_approved?: TicketSpec['on_approved'];
    /**
     * Whose claim stands.
     */
    claimed_by?: Id;
    /**
     * Of an A8: the run tree as it is now.
     */
    loop?: {
      epoch: number;
      /**
       * @maxItems 4
       */
      exhausted: CounterKind[];
      counters: StepCounts;
    };
  };
}

/**
 * A verdict on what its author saw: the ticket's revision and subject_hash.
 */
export interface VerdictRequest {
  verdict: 'approve' | 'reject' | 'request_changes' | 'acknowledge' | 'resolve';
  revision: number;
  subject_hash: Sha256;
  /**
   * Which slot to fill, when the voter could fill several.
   */
  slot?: string;
  comment?: Text;
  /**
   * With request_changes: what a resubmission must satisfy.
   *
   * @maxItems 50
   */
  changes?: ChangeRequest[];
  /**
   * With approve: tighter terms than asked for.
   *
   * @maxItems 20
   */
  terms?: Term[];
  /**
   * With `resolve`, on a red flag.
   */
  resolution?: Resolution;
}

export interface WebhookPage {
  webhooks: Webhook[];
}

/**
 * One event on its way to one webhook.
 */
export interface Delivery {
  event_id: string;
  /**
   * Its position, to replay it by.
   */
  event: number;
  type: Code;
  /**
   * `failed` will be tried again, `dead` will not.
   */
  state: 'collected' | 'sending' | 'failed' | 'delivered' | 'dead';
  attempts: number;
  next_attempt_at: Timestamp | null;
  status: number | null;
  error: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface DeliveryPage {
  deliveries: Delivery[];
  next_before: number | null;
}

export interface ReplayAccepted {
  /**
   * How many events; null for all since a position.
   */
  replayed: number | null;
}

export interface TestAccepted {
  event_id: string;
}

/**
 * What to tell again: one event, everything from a position on, or all that was given up (up to 500 at a time).
 */
export interface WebhookReplayRequest {
  /**
   * Position of the event: the number in its id.
   */
  event?: number;
  since?: number;
  dead_letters?: true;
}

/**
 * A place to send events to.
 */
export interface WebhookRequest {
  /**
   * https, at a public address, unless the service is told otherwise. Shown to nobody again.
   */
  url: string;
  /**
   * `webhook` (the default) is signed by Standard Webhooks; `slack` gets `{text}`, as Slack-compatible incoming webhooks do.
   */
  kind?: 'webhook' | 'slack';
  /**
   * Event types; none means all.
   *
   * @maxItems 50
   */
  types?: Code[];
  description?: string;
}

/**
 * A new signing secret.
 */
export interface WebhookSecretRequest {
  /**
   * How long the old secrets sign beside the new one; 0 ends them at once. Default: a day.
   */
  overlap_minutes?: number;
}

export interface WebhookSecret {
  id: string;
  created_at: Timestamp;
  expires_at: Timestamp | null;
}

export interface WebhookOwner {
  kind: PrincipalKind;
  id: Id;
}

/**
 * A place that events are sent to. It is told what its owner may see.
 */
export interface Webhook {
  webhook_id: Id;
  kind: 'webhook' | 'slack';
  /**
   * Scheme and host of the address.
   */
  origin: string;
  /**
   * Event types; none means all.
   *
   * @maxItems 50
   */
  types: Code[];
  description: string;
  state: 'active' | 'disabled';
  state_reason: string | null;
  owner: WebhookOwner;
  /**
   * Those that sign now, the newest first.
   *
   * @maxItems 10
   */
  secrets: WebhookSecret[];
  /**
   * The new secret. Shown once.
   */
  secret?: string;
  /**
   * Position up to which the log was told.
   */
  read_up_to: number;
  created_at: Timestamp;
}
