import { type Route, get, post } from './openapi-route.ts';

const hold = { status: 200, says: 'The hold after it.', schema: 'cost.json#/$defs/hold' };
const HOLD = ['run_id', 'hold_id'];
const NOT_FOUND = { 404: ['not_found'] };

export const COST_ROUTES: Route[] = [
  post('/v1/runs/{id}/estimate', 'setEstimate', 'Cost Guard', 'What is the run tree going to cost?', {
    description:
      'An amount, or planned calls that are priced by the list. An agent gives the first, before it spends; later ones are an operator’s, with a reason. Once the guard has tripped only the resolution of its A9 gives another.',
    parameters: ['run_id'],
    body: { schema: 'cost.json#/$defs/estimate_request' },
    answers: [{ status: 201, says: 'The estimate in force.', schema: 'cost.json#/$defs/estimate' }],
    errors: { ...NOT_FOUND, 403: ['cost.refused'], 422: ['estimate.model_unpriced'] },
  }),
  get('/v1/runs/{id}/estimate', 'listEstimates', 'Cost Guard', 'Every estimate of the run tree', {
    parameters: ['run_id'],
    answers: [{ status: 200, says: 'The first comes first.', schema: 'cost.json#/$defs/estimates' }],
    errors: NOT_FOUND,
  }),
  post('/v1/runs/{id}/holds', 'requestHold', 'Cost Guard', 'May this call of a model be made?', {
    description:
      'Ask before each call, and send `authorised_output_tokens` as its limit. Admitted while spent and reserved are under the limit, this hold not counted, so that the sum stays under the limit and one hold. A denial is an answer, and has the whole numbers of the inequality. An id that was admitted gets the same hold again.',
    parameters: ['run_id'],
    body: { schema: 'cost.json#/$defs/hold_request' },
    answers: [{ status: 200, says: 'Admitted or not.', schema: 'cost.json#/$defs/hold_answer' }],
    errors: { ...NOT_FOUND, 409: ['hold.conflict'] },
  }),
  get('/v1/runs/{id}/holds/{hold}', 'getHold', 'Cost Guard', 'A hold', {
    parameters: HOLD,
    answers: [{ status: 200, says: 'The hold.', schema: 'cost.json#/$defs/hold' }],
    errors: NOT_FOUND,
  }),
  post('/v1/runs/{id}/holds/{hold}/settlement', 'settleHold', 'Cost Guard', 'Say what the call used', {
    description: 'The same words again give the same answer. Works whether or not the hold’s time is over.',
    parameters: HOLD,
    body: { schema: 'cost.json#/$defs/hold_settlement' },
    answers: [hold],
    errors: { ...NOT_FOUND, 403: ['cost.refused'], 409: ['hold.settled'] },
  }),
  post('/v1/runs/{id}/holds/{hold}/release', 'releaseHold', 'Cost Guard', 'The call was not made', {
    description: 'Once the hold’s time is over only an operator may say so.',
    parameters: HOLD,
    body: { schema: 'cost.json#/$defs/hold_note' },
    answers: [hold],
    errors: { ...NOT_FOUND, 403: ['cost.refused'], 409: ['hold.has_usage'] },
  }),
  post('/v1/runs/{id}/holds/{hold}/extension', 'extendHold', 'Cost Guard', 'The call takes longer', {
    parameters: HOLD,
    body: { schema: 'cost.json#/$defs/hold_extension' },
    answers: [hold],
    errors: { ...NOT_FOUND, 409: ['hold.not_held'] },
  }),
  post('/v1/runs/{id}/holds/{hold}/uncertain', 'doubtHold', 'Cost Guard', 'Nobody knows what became of the call', {
    description: 'What it reserves stays reserved until its usage arrives or an operator settles or releases it.',
    parameters: HOLD,
    body: { schema: 'cost.json#/$defs/hold_note' },
    answers: [hold],
    errors: { ...NOT_FOUND, 409: ['hold.not_held'] },
  }),
  post(
    '/v1/runs/{id}/unpriced-resolutions',
    'resolveUnpriced',
    'Cost Guard',
    'Price usage that had no price, or waive it',
    {
      parameters: ['run_id'],
      body: { schema: 'cost.json#/$defs/unpriced_resolution' },
      answers: [{ status: 201, says: 'As it was resolved.', schema: 'cost.json#/$defs/unpriced' }],
      errors: { ...NOT_FOUND, 403: ['cost.refused'], 409: ['spend.resolved', 'spend.still_unpriced'] },
    },
  ),
  get('/v1/runs/{id}/cost-guard', 'getCostGuard', 'Cost Guard', 'The guard of a run tree as it stands', {
    parameters: ['run_id'],
    answers: [{ status: 200, says: 'Every whole number of it.', schema: 'cost.json#/$defs/guard_view' }],
    errors: NOT_FOUND,
  }),
  get(
    '/v1/runs/{id}/cost-guard/certificate',
    'getTripCertificate',
    'Cost Guard',
    'Why it tripped, for anyone to derive again',
    {
      description: '`placet cost verify-certificate` derives it offline.',
      parameters: ['run_id'],
      answers: [{ status: 200, says: 'Of the latest trip.', schema: 'cost.json#/$defs/trip_certificate' }],
      errors: { ...NOT_FOUND, 409: ['certificate.too_long'] },
    },
  ),
  post('/v1/spend-events', 'reportSpend', 'Cost Guard', 'Report spend: one event, or `events` with up to 1,000', {
    description:
      'What a provider returned, counts by unit, or an amount. An event counts once by source and event_id: the same words again give the same answer. Reports with the same call_id or hold_id are snapshots of one call, which is charged once, in whatever order they come. Of a batch, each gets an answer of its own.',
    body: { schema: 'cost.json#/$defs/spend_request' },
    answers: [{ status: 200, says: 'As charged.', schema: 'cost.json#/$defs/spend_answer' }],
    errors: {
      ...NOT_FOUND,
      403: ['spend.foreign_source', 'cost.refused'],
      409: ['spend.conflict', 'spend.correction_exceeds'],
    },
  }),
  post(
    '/v1/cost-guard/evaluate',
    'evaluateCostGuard',
    'Cost Guard',
    'The guard’s verdict from what you send, and nothing else',
    {
      description: 'Needs no run. The same request gives the same bytes, always (RFC 8785).',
      body: { schema: 'cost.json#/$defs/evaluation_request' },
      answers: [{ status: 200, says: 'The verdict.', schema: 'cost.json#/$defs/evaluation' }],
    },
  ),
];
