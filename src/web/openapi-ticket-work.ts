import { type Route, del, get, put } from './openapi-route.ts';

const ticket = { status: 200, says: 'The ticket after it.', schema: 'ticket.json', headers: ['ETag'] };

/** Working on tickets. */
export const TICKET_WORK_ROUTES: Route[] = [
  put('/v1/tickets/{id}/claim', 'claimTicket', 'Tickets', 'Say that one works on a ticket', {
    description:
      'Lapses by itself and binds nobody: another may give a verdict all the same, and is warned. Again, it begins anew.',
    parameters: ['ticket_id'],
    body: { schema: 'claim-request.json' },
    answers: [ticket],
    errors: { 403: ['verdict.refused'], 404: ['not_found'], 409: ['ticket.claimed'] },
  }),
  del('/v1/tickets/{id}/claim', 'releaseTicket', 'Tickets', 'Leave a claimed ticket to others', {
    parameters: ['ticket_id'],
    answers: [ticket],
    errors: { 403: ['verdict.refused'], 404: ['not_found'] },
  }),
  get('/v1/tickets/{id}/eligible', 'getEligible', 'Tickets', 'Who could fill each empty slot now', {
    description:
      'Policy is asked for each person who can sign in, as if they approved; why the others cannot is told by code.',
    parameters: ['ticket_id'],
    answers: [{ status: 200, says: 'Slot by slot.', schema: 'eligibility.json', headers: ['Cache-Control'] }],
    errors: { 404: ['not_found'] },
  }),
  put('/v1/tickets/{id}/comments/{seq}', 'editComment', 'Tickets', 'Word one’s own comment otherwise', {
    description: 'The earlier wordings stay readable. Nothing is deleted.',
    parameters: ['ticket_id', 'comment_seq'],
    body: { schema: 'comment-edit-request.json' },
    answers: [{ status: 200, says: 'It is in the log.', schema: 'responses.json#/$defs/comment_accepted' }],
    errors: { 403: ['comment.not_own'], 404: ['not_found'], 409: ['comment.edited_too_often'] },
  }),
];
