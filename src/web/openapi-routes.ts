import { QC_ROUTES } from './openapi-qc.ts';
import { COST_ROUTES } from './openapi-cost.ts';
import { EVENT_ROUTES } from './openapi-events.ts';
import { WEBHOOK_ROUTES } from './openapi-webhooks.ts';
import { RUN_ROUTES } from './openapi-runs.ts';
import { MANDATE_ROUTES } from './openapi-mandates.ts';
import { PEOPLE_ROUTES } from './openapi-people.ts';
import { PLAN_ROUTES } from './openapi-plans.ts';
import { OTLP_ROUTES } from './openapi-otlp.ts';
import { PRICE_ROUTES } from './openapi-prices.ts';
import { METRICS_ROUTES } from './openapi-metrics.ts';
import { type Route, get, page, post, put } from './openapi-route.ts';
import { TICKET_WORK_ROUTES } from './openapi-ticket-work.ts';

const ticketAfter = {
  status: 201,
  says: 'The ticket after it.',
  schema: 'responses.json#/$defs/any_ticket',
  headers: ['ETag'],
};
const TICKET_GONE = ['ticket.expired', 'ticket.not_pending'];

/** The operations of the API, each beside its handler in app.ts and src/web. A test holds this table and the app together. */
export const ROUTES: Route[] = [
  get('/healthz', 'getHealth', 'Service', 'Is the process alive?', {
    open: true,
    answers: [{ status: 200, says: 'It is.', schema: 'responses.json#/$defs/health' }],
  }),
  get('/readyz', 'getReadiness', 'Service', 'Can it decide?', {
    open: true,
    answers: [{ status: 200, says: 'It can.', schema: 'responses.json#/$defs/readiness' }],
    errors: { 503: ['storage.unavailable'] },
  }),
  get('/openapi.json', 'getOpenapi', 'Service', 'This document', {
    open: true,
    answers: [{ status: 200, says: 'OpenAPI 3.1.', schema: 'responses.json#/$defs/openapi_document' }],
  }),

  post('/v1/decisions', 'askDecision', 'Decisions', 'May I proceed?', {
    description:
      'Answers `allow`, `review` (a ticket is open, humans decide) or `deny`. The answer stands in the log before it is given. A question that policy denies is a 200 with `deny`; an error means that nothing was decided.',
    parameters: ['idempotency_key'],
    body: { schema: 'decision-request.json' },
    answers: [{ status: 200, says: 'The decision.', schema: 'decision.json' }],
    errors: { 409: ['idempotency.conflict', 'step.conflict'] },
  }),
  post('/v1/decisions/batch', 'askDecisions', 'Decisions', 'Up to 100 questions at once', {
    description:
      'Each is decided by itself, in no order. What is wrong with one question is the answer to that question.',
    parameters: ['idempotency_key'],
    body: { schema: 'decision-batch-request.json' },
    answers: [{ status: 200, says: 'The decisions.', schema: 'responses.json#/$defs/decision_batch' }],
  }),
  get('/v1/decisions', 'listDecisions', 'Decisions', 'Decisions, newest first', {
    description:
      'With `outcome=missing` the allows that nobody reported on. A page looks at 20,000 decisions and may be short, or empty, before the end is reached: go on while `next_before` is there.',
    parameters: 'outcome older_than_minutes effect decision_action decision_resource subject before limit'.split(' '),
    answers: [{ status: 200, says: 'A page of those that you may see.', schema: page('decision') }],
  }),
  get('/v1/decisions/{id}', 'getDecision', 'Decisions', 'Why was it so?', {
    parameters: ['decision_id'],
    answers: [{ status: 200, says: 'The decision with all it rests on.', schema: 'recorded-decision.json' }],
    errors: { 404: ['not_found'] },
  }),
  post('/v1/decisions/{id}/outcome', 'reportOutcome', 'Decisions', 'Report what became of an allowed action', {
    description:
      '`applied` moves the recorded live values that later changes are measured against to what was allowed, `partial` to the values that were really set. What was moved stands in the optimization log.',
    parameters: ['decision_id'],
    body: { schema: 'outcome-request.json' },
    answers: [{ status: 201, says: 'It is in the log.', schema: 'responses.json#/$defs/outcome_accepted' }],
    errors: { 404: ['not_found'], 409: ['outcome.not_allowed', 'outcome.other_values', 'outcome.reported'] },
  }),

  get('/v1/tickets', 'listTickets', 'Tickets', 'Tickets, newest first', {
    parameters: 'ticket_state ticket_type slot_role platform requester red_flag uncovered before limit'.split(' '),
    answers: [{ status: 200, says: 'A page of those that you may see.', schema: page('ticket') }],
  }),
  get('/v1/tickets/{id}', 'getTicket', 'Tickets', 'A ticket with its thread, waiting for a change if asked to', {
    parameters: ['ticket_id', 'wait', 'if_none_match'],
    answers: [
      {
        status: 200,
        says: 'The ticket.',
        schema: 'responses.json#/$defs/any_ticket_detail',
        headers: ['ETag', 'Cache-Control'],
      },
      { status: 304, says: 'Still as you know it.', headers: ['ETag', 'Cache-Control'] },
    ],
    errors: { 404: ['not_found'] },
  }),
  post(
    '/v1/tickets/{id}/verdicts',
    'castVerdict',
    'Tickets',
    'Approve, reject or request changes; acknowledge or resolve a red flag',
    {
      description: 'Bound to what was seen: the revision and subject_hash of the ticket. One human fills one slot.',
      parameters: ['ticket_id'],
      body: { schema: 'verdict-request.json' },
      answers: [ticketAfter],
      errors: {
        403: ['verdict.refused'],
        404: ['not_found'],
        409: [...TICKET_GONE, 'ticket.not_open', 'ticket.stale_view', 'ticket.superseded'],
        422: ['terms.wider', 'terms.empty', 'terms.not_asked', 'terms.twice'],
      },
    },
  ),
  post('/v1/tickets/{id}/revisions', 'reviseTicket', 'Tickets', 'Ask anew on the same ticket', {
    description: 'Approvals of the earlier revision no longer count.',
    parameters: ['ticket_id'],
    body: { schema: 'decision-request.json' },
    answers: [{ status: 201, says: 'The decision on the new revision.', schema: 'decision.json' }],
    errors: {
      403: ['verdict.refused'],
      404: ['not_found'],
      409: ['ticket.not_pending', 'ticket.other_action', 'ticket.changes_unmet'],
    },
  }),
  post('/v1/tickets/{id}/cancellation', 'cancelTicket', 'Tickets', 'Take a waiting request back', {
    parameters: ['ticket_id'],
    body: { schema: 'ticket-note-request.json' },
    answers: [ticketAfter],
    errors: { 403: ['verdict.refused'], 404: ['not_found'], 409: TICKET_GONE },
  }),
  post('/v1/tickets/{id}/revocation', 'revokeTicket', 'Tickets', 'Take an approval back that is not used up', {
    parameters: ['ticket_id'],
    body: { schema: 'ticket-note-request.json' },
    answers: [ticketAfter],
    errors: { 403: ['verdict.refused'], 404: ['not_found'], 409: ['ticket.expired', 'ticket.not_approved'] },
  }),
  post('/v1/tickets/{id}/comments', 'addComment', 'Tickets', 'Add to the thread', {
    parameters: ['ticket_id'],
    body: { schema: 'comment-request.json' },
    answers: [{ status: 201, says: 'It is in the log.', schema: 'responses.json#/$defs/comment_accepted' }],
    errors: { 404: ['not_found'] },
  }),

  ...TICKET_WORK_ROUTES,

  ...PEOPLE_ROUTES,

  get('/v1/tenant/config', 'getConfig', 'Tenant', 'The configuration in force', {
    description: 'With `Accept: application/yaml` as YAML.',
    answers: [{ status: 200, says: 'It is.', schema: 'tenant-config.json', yaml: true, headers: ['ETag'] }],
    errors: { 404: ['not_found'] },
  }),
  put('/v1/tenant/config', 'replaceConfig', 'Tenant', 'Put a configuration in force', {
    description:
      'A tenant may be stricter than the ceilings, not looser: each offending field is named with its value and ceiling.',
    parameters: ['if_match'],
    body: { schema: 'tenant-config.json', yaml: true },
    answers: [{ status: 200, says: 'In force.', schema: 'responses.json#/$defs/config_version', headers: ['ETag'] }],
    errors: {
      400: ['body.not_yaml'],
      404: ['not_found'],
      409: ['config.version_conflict'],
      422: ['config.looser_than_ceiling'],
    },
  }),

  ...PLAN_ROUTES,

  ...EVENT_ROUTES,
  ...WEBHOOK_ROUTES,
  ...RUN_ROUTES,
  ...QC_ROUTES,
  ...COST_ROUTES,
  ...MANDATE_ROUTES,
  ...METRICS_ROUTES,
  ...PRICE_ROUTES,
  ...OTLP_ROUTES,

  get('/v1/audit/entries', 'listEntries', 'Audit', 'The log, in its order', {
    description: '`leaf` and `payload` are the exact texts that were hashed.',
    parameters: ['from', 'audit_limit', 'action', 'resource', 'actor'],
    answers: [{ status: 200, says: 'A page of entries.', schema: page('audit') }],
  }),
  get('/v1/audit/head', 'getHead', 'Audit', 'Size and tip of the log', {
    description: 'Kept elsewhere, it is an anchor for the offline verifier.',
    answers: [{ status: 200, says: 'The head.', schema: 'responses.json#/$defs/audit_head' }],
  }),
];
