import { type Route, del, get, put } from './openapi-route.ts';

const person = { status: 200, says: 'The person as they are now.', schema: 'person.json' };

/** People of a tenant. */
export const PEOPLE_ROUTES: Route[] = [
  get('/v1/people', 'listPeople', 'People', 'The people of the tenant', {
    description: 'Who they are is told by the tokens: one whose last token was revoked or has expired cannot act.',
    parameters: ['after', 'limit'],
    answers: [{ status: 200, says: 'A page.', schema: 'person.json#/$defs/person_page' }],
  }),
  put('/v1/people/{id}/absence', 'setAbsence', 'People', 'Be away from–until, perhaps with a stand-in', {
    description:
      'A stand-in may fill a slot for the role of who is away, as policy allows. `me` is oneself; an admin may set others’.',
    parameters: ['person_id'],
    body: { schema: 'absence-request.json' },
    answers: [person],
    errors: { 403: ['absence.not_own'], 404: ['not_found'], 422: ['absence.stand_in_unknown'] },
  }),
  del('/v1/people/{id}/absence', 'endAbsence', 'People', 'Be back', {
    parameters: ['person_id'],
    answers: [person],
    errors: { 403: ['absence.not_own'], 404: ['not_found'] },
  }),
];
