import { type Route, get, put } from './openapi-route.ts';

export const EVENT_ROUTES: Route[] = [
  get('/v1/events', 'followEvents', 'Events', 'What happens, as it happens', {
    description:
      'Server-sent events: of each, its position in the log as `id`, its type as `event`, and as `data` the JSON of the schema. With `Last-Event-ID` everything since is told first, so a reader that comes back misses nothing. You are told what you may read. An `id` without data says how far the log was gone through. The stream ends when the token does.',
    parameters: ['event_type', 'event_ticket', 'event_after', 'last_event_id'],
    answers: [{ status: 200, says: 'The stream.', schema: 'event.json', stream: true, headers: ['Cache-Control'] }],
    errors: { 400: ['events.position'], 410: ['events.too_far_back'], 503: ['events.full'] },
  }),
  get('/v1/people/me/contact', 'getContact', 'Events', 'Where and of what you are told', {
    answers: [{ status: 200, says: 'Yours.', schema: 'contact.json' }],
    errors: { 404: ['not_found'] },
  }),
  put('/v1/people/me/contact', 'setContact', 'Events', 'Change where and of what you are told', {
    description:
      'What is not given stays as it is. Mail comes for what asks something of you, and links to where you decide.',
    body: { schema: 'contact-request.json' },
    answers: [{ status: 200, says: 'As it is now.', schema: 'contact.json' }],
    errors: { 404: ['not_found'] },
  }),
];
