import { type Route, get, page, post } from './openapi-route.ts';

export const MANDATE_ROUTES: Route[] = [
  get('/v1/mandates', 'listMandates', 'Mandates', 'Mandates, in the order of their key', {
    parameters: ['after', 'limit'],
    answers: [{ status: 200, says: 'A page, revoked and ended ones too.', schema: page('mandate') }],
  }),
  post('/v1/mandates', 'grantMandate', 'Mandates', 'Let budgets go up by so much a month without being asked', {
    description:
      "A client's consent in advance. It takes the place of the client's slot on an increase that needs a human, is drawn down by what is allowed under it, and leaves every other approver in place.",
    body: { schema: 'mandate.json' },
    answers: [{ status: 201, says: 'In force.', schema: 'mandate-record.json' }],
    errors: { 403: ['mandate.refused'], 404: ['not_found'], 409: ['mandate.too_many'] },
  }),
  get('/v1/mandates/{id}', 'getMandate', 'Mandates', 'A mandate with what was drawn from it', {
    parameters: ['mandate_id'],
    answers: [{ status: 200, says: 'The mandate, and its last 200 uses.', schema: 'mandate-detail.json' }],
    errors: { 404: ['not_found'] },
  }),
  post('/v1/mandates/{id}/revocation', 'revokeMandate', 'Mandates', 'End a mandate now', {
    description: 'From the next question on the client is asked again.',
    parameters: ['mandate_id'],
    answers: [{ status: 201, says: 'Revoked.', schema: 'mandate-record.json' }],
    errors: { 404: ['not_found'], 409: ['mandate.revoked'] },
  }),
];
