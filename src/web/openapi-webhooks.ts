import { type Route, del, get, post } from './openapi-route.ts';

const answer = (name: string) => `webhook-answers.json#/$defs/${name}`;
const missing = { 404: ['not_found'] };

export const WEBHOOK_ROUTES: Route[] = [
  get('/v1/webhooks', 'listWebhooks', 'Webhooks', 'Where events are sent to', {
    answers: [
      { status: 200, says: 'Those that are yours, or all of the tenant for an admin.', schema: answer('webhook_page') },
    ],
  }),
  post('/v1/webhooks', 'createWebhook', 'Webhooks', 'Have events sent to a URL', {
    description:
      'It is told what you may see, from now on, signed by Standard Webhooks. Delivery is at least once: `webhook-id` is the same however often an event comes.',
    body: { schema: 'webhook-request.json' },
    answers: [{ status: 201, says: 'The webhook, with its secret: shown this once.', schema: 'webhook.json' }],
    errors: { 409: ['webhook.too_many'], 503: ['secrets.no_key'] },
  }),
  get('/v1/webhooks/{id}', 'getWebhook', 'Webhooks', 'One webhook', {
    parameters: ['webhook_id'],
    answers: [{ status: 200, says: 'The webhook.', schema: 'webhook.json' }],
    errors: missing,
  }),
  del('/v1/webhooks/{id}', 'deleteWebhook', 'Webhooks', 'Send nothing there any more', {
    description: 'Its address and secrets are erased.',
    parameters: ['webhook_id'],
    answers: [{ status: 204, says: 'It is gone.' }],
    errors: missing,
  }),
  post('/v1/webhooks/{id}/activation', 'activateWebhook', 'Webhooks', 'Take a disabled webhook up again', {
    description: 'What happened meanwhile is told now.',
    parameters: ['webhook_id'],
    answers: [{ status: 201, says: 'The webhook.', schema: 'webhook.json' }],
    errors: missing,
  }),
  post('/v1/webhooks/{id}/secret', 'rotateWebhookSecret', 'Webhooks', 'Put a new signing secret in force', {
    description: 'Old and new sign side by side until the overlap is over.',
    parameters: ['webhook_id'],
    body: { schema: 'webhook-secret-request.json' },
    answers: [{ status: 201, says: 'The webhook, with the new secret: shown this once.', schema: 'webhook.json' }],
    errors: { ...missing, 409: ['webhook.unsigned'], 503: ['secrets.no_key'] },
  }),
  get('/v1/webhooks/{id}/deliveries', 'listDeliveries', 'Webhooks', 'What became of each event, newest first', {
    parameters: ['webhook_id', 'delivery_before', 'limit'],
    answers: [{ status: 200, says: 'A page.', schema: answer('delivery_page') }],
    errors: missing,
  }),
  get('/v1/webhooks/{id}/dead-letters', 'listDeadLetters', 'Webhooks', 'Events that were given up', {
    parameters: ['webhook_id', 'delivery_before', 'limit'],
    answers: [{ status: 200, says: 'A page.', schema: answer('delivery_page') }],
    errors: missing,
  }),
  post('/v1/webhooks/{id}/replays', 'replayWebhook', 'Webhooks', 'Send again', {
    description: 'Events keep their ids, so a receiver that has one can tell.',
    parameters: ['webhook_id'],
    body: { schema: 'webhook-replay-request.json' },
    answers: [{ status: 202, says: 'They will be sent.', schema: answer('replay_accepted') }],
    errors: { ...missing, 409: ['webhook.disabled', 'webhook.position'] },
  }),
  post('/v1/webhooks/{id}/test', 'testWebhook', 'Webhooks', 'Send a test event', {
    parameters: ['webhook_id'],
    answers: [
      { status: 202, says: 'It will be sent, in the way of any other event.', schema: answer('test_accepted') },
    ],
    errors: { ...missing, 409: ['webhook.disabled'] },
  }),
];
