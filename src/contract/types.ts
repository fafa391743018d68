// Generated from schemas/ by `npm run types:build`; do not edit.

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
  | 'revoked';

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
   * `permit`: the agent asks again with the approval, once. The others apply themselves.
   */
  on_approved: 'permit' | 'plan.approve' | 'creative.clear';
  sla_minutes: number;
  sla_calendar: 'business' | 'always';
  request_ttl_minutes: number;
  permit_ttl_minutes: number;
}

/**
 * @minItems 1
 * @maxItems 6
 */
export type Slots = Slot[];

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
  | 'uncertain';

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
   * @maxItems 10
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
  basis: {
    [k: string]: unknown;
  } | null;
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
   * This allow uses up the permit of facts.approval.
   */
  consume_permit: boolean;
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
  /**
   * The base is the tenant's approved plan now, or the plan has no base and none is approved.
   */
  is_base_current: boolean;
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
    };
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
      change_set_id?: Id;
      reason?: Text;
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
}

/**
 * The answer to a question. It stands in the log before it is given.
 */
export interface Decision {
  decision_id: Id;
  effect: 'allow' | 'review' | 'deny';
  reasons: Reasons;
  obligations: DecisionAnswer['obligations'];
  ticket?: TicketReference;
  policy: {
    revision: Sha256;
    entrypoint: string;
  };
  receipt: Receipt;
}

/**
 * What became of an allowed action. `applied` moves the recorded live values.
 */
export interface OutcomeRequest {
  status: 'applied' | 'failed';
  detail?: Text;
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

export interface Outcome {
  decision_seq: number;
  status: 'applied' | 'failed';
  detail: Text | null;
  reported_by: Id;
  reported_at: Timestamp;
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
  status: 'applied' | 'failed';
}

export interface TicketPage {
  tickets: Ticket[];
  next_before: number | null;
}

export interface CommentAccepted {
  /**
   * Position of the comment's entry in the log.
   */
  seq: number;
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

/**
 * Configuration per tenant, in the shape of the specification. A tenant may be stricter than the ceilings, not looser: policy checks that.
 */
export interface TenantConfig {
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
    on_exhaustion: string;
  };
  cost_guard_policy: {
    trip_multiplier: number;
    block_on_trip: boolean;
  };
  qc_threshold_policy: {
    success_floor: number;
    window_hours: number;
    min_sample_global: number;
  };
}

export interface TicketComment {
  ticket_id: Id;
  seq: number;
  author_id: Id;
  author_kind: PrincipalKind;
  body: string;
  created_at: Timestamp;
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
}

export interface HistoryEntry {
  seq: number;
  timestamp: Timestamp;
  action: Code;
  actor_type: PrincipalKind;
  actor_id: Id;
  leaf_hash: Sha256;
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
  [k: string]: unknown;
};

/**
 * Words on a ticket: a comment, or why it is cancelled or revoked.
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
  verdict: 'approve' | 'reject' | 'request_changes' | 'revoke';
  slot: string | null;
  voter: Id;
  roles: Roles;
  comment: Text | null;
  at: Timestamp;
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
}

export interface Sla {
  target_minutes: number;
  calendar: 'business' | 'always';
  opened_at: Timestamp;
  due_at: Timestamp;
  /**
   * Negative when overdue; null once resolved.
   */
  seconds_left: number | null;
  breached: boolean;
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
  on_approved: 'permit' | 'plan.approve' | 'creative.clear';
  resolved_at: Timestamp | null;
  resolved_by: Id | null;
  /**
   * The decision that used up the permit.
   */
  consumed_by: Id | null;
  [k: string]: unknown;
}

/**
 * A ticket as humans decide on it and agents wait for it.
 */
export type Ticket = TicketFields;

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
}

export interface Vote {
  slot: string;
  voter: Id;
  /**
   * Roles held when the vote was cast.
   */
  roles: Roles;
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
  voter: Principal;
  verdict: {
    action: 'approve' | 'reject' | 'request_changes' | 'revoke' | 'cancel' | 'revise';
    slot?: string;
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
  };
}

/**
 * A verdict on what its author saw: the ticket's revision and subject_hash.
 */
export interface VerdictRequest {
  verdict: 'approve' | 'reject' | 'request_changes';
  revision: number;
  subject_hash: Sha256;
  /**
   * Which slot to fill, when the voter could fill several.
   */
  slot?: string;
  comment?: Text;
}
