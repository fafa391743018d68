import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { invalid, notFound } from '../contract/problem.ts';
import type { Webhook, WebhookReplayRequest, WebhookRequest, WebhookSecretRequest } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import {
  activateChannel,
  createChannel,
  deleteChannel,
  ownChannel,
  replayEvents,
  replaySince,
  rotateSecret,
  testChannel,
} from '../notify/channels.ts';
import { EVENTS, mayKnow } from '../notify/events.ts';
import { placeOf } from '../notify/hooks.ts';
import { readerOf } from '../notify/reader.ts';
import { newSecret } from '../notify/sign.ts';
import { listChannels, listDeliveries, readSources } from '../notify/store.ts';
import type { ChannelRow } from '../notify/tables.ts';
import { readCredential } from '../tenants/tokens.ts';
import { queryNumber, readJson } from './body.ts';
import { type Deps, asCaller, whoAsks } from './context.ts';

const PAGE_MAX = 100;
const REPLAY_MAX = 500;
const OVERLAP_MINUTES = 24 * 60;

const parseWebhook = parser<WebhookRequest>('webhook-request.json');
const parseSecret = parser<WebhookSecretRequest>('webhook-secret-request.json');
const parseReplay = parser<WebhookReplayRequest>('webhook-replay-request.json');

/** Where events are sent to, and what became of each. */
export function webhookRoutes(deps: Deps): Hono {
  const { sql, vault, destinations } = deps;
  return new Hono()
    .get('/', async (context) => {
      const { tenant, caller } = await whoAsks(deps, context, 'webhook.read');
      const channels = await listChannels(sql, tenant, caller.scope === 'all' ? null : caller);
      return context.json({ webhooks: channels.map(webhookView) });
    })
    .post('/', async (context) => {
      const { tenant } = readCredential(context.req.header('authorization'));
      const { url, kind = 'webhook', types = [], description = '' } = parseWebhook(await readJson(context));
      const unknown = types.filter((type) => !(type in EVENTS));
      if (unknown.length > 0)
        throw invalid([{ field: '/types', code: 'event.unknown', message: `has no event ${unknown.join(', ')}` }]);
      await whoAsks(deps, context, 'webhook.write');
      const target = URL.parse(url);
      const refusal = target ? destinations.refuseUrl(target) : 'it is not a URL';
      if (!target || refusal !== null)
        throw invalid([{ field: '/url', code: 'webhook.destination', message: `is refused: ${refusal}` }]);
      const channelId = `wh_${randomBytes(12).toString('hex')}`;
      const place = placeOf(tenant, channelId);
      const urlSealed = vault.seal(place, target.href);
      const secret = newSecret();
      const sealed = sealSecret(deps, place, secret);
      const row = await asCaller(deps, context, 'webhook.write', (tx, caller) =>
        createChannel(tx, caller, {
          channelId,
          kind,
          types,
          description,
          urlSealed,
          origin: target.origin,
          secrets: kind === 'webhook' ? [sealed] : [],
        }),
      );
      return context.json({ ...webhookView(row), ...(kind === 'webhook' && { secret }) }, 201);
    })
    .get('/:id', async (context) => {
      const row = await asCaller(deps, context, 'webhook.read', (tx, caller) => ownChannel(tx, caller, idOf(context)));
      return context.json(webhookView(row));
    })
    .delete('/:id', async (context) => {
      await asCaller(deps, context, 'webhook.write', (tx, caller) => deleteChannel(tx, caller, idOf(context)));
      return context.body(null, 204);
    })
    .post('/:id/activation', async (context) => {
      const row = await asCaller(deps, context, 'webhook.write', (tx, caller) =>
        activateChannel(tx, caller, idOf(context)),
      );
      return context.json(webhookView(row), 201);
    })
    .post('/:id/secret', async (context) => {
      const { tenant } = readCredential(context.req.header('authorization'));
      const { overlap_minutes = OVERLAP_MINUTES } = parseSecret(await readJson(context));
      await asCaller(deps, context, 'webhook.write', (tx, caller) => ownChannel(tx, caller, idOf(context)));
      const secret = newSecret();
      const sealed = sealSecret(deps, placeOf(tenant, idOf(context)), secret);
      const row = await asCaller(deps, context, 'webhook.write', (tx, caller) =>
        rotateSecret(tx, caller, idOf(context), sealed, overlap_minutes),
      );
      return context.json({ ...webhookView(row), secret }, 201);
    })
    .get('/:id/deliveries', (context) => deliveries(deps, context, false))
    .get('/:id/dead-letters', (context) => deliveries(deps, context, true))
    .post('/:id/replays', async (context) => {
      const request = parseReplay(await readJson(context));
      return context.json({ replayed: await replay(deps, context, request) }, 202);
    })
    .post('/:id/test', async (context) => {
      const { tenant, seq } = await asCaller(deps, context, 'webhook.write', (tx, caller) => ({
        tenant: tx.log,
        seq: testChannel(tx, caller, idOf(context)),
      }));
      return context.json({ event_id: `${tenant}/${seq}` }, 202);
    });
}

/** @returns how many events are told again; null for all since a position */
async function replay(deps: Deps, context: Context, request: WebhookReplayRequest): Promise<number | null> {
  const id = idOf(context);
  const { since } = request;
  if (since !== undefined) {
    await asCaller(deps, context, 'webhook.write', (tx, caller) => replaySince(tx, caller, id, since));
    return null;
  }
  const { tenant, channel, caller } = await asCaller(deps, context, 'webhook.write', (tx, who) => ({
    tenant: tx.log,
    caller: who,
    channel: ownChannel(tx, who, id),
  }));
  const seqs =
    request.event === undefined
      ? (await listDeliveries(deps.sql, tenant, id, { ...ALL, limit: REPLAY_MAX, dead: true })).map(
          (row) => row.event_seq,
        )
      : [request.event];
  if (request.event !== undefined) {
    const source = (await readSources(deps.sql, tenant, seqs)).get(request.event);
    const isOwnTest = source?.resource === `channel/${channel.channel_id}`;
    if (!source || !(isOwnTest || mayKnow(readerOf(deps.policy, caller), source))) throw notFound('event');
  }
  return asCaller(deps, context, 'webhook.write', (tx, who) => replayEvents(tx, who, id, seqs));
}

const ALL = { before: Number.MAX_SAFE_INTEGER };

async function deliveries(deps: Deps, context: Context, dead: boolean): Promise<Response> {
  const limit = queryNumber(context, 'limit', 1, PAGE_MAX) ?? 50;
  const before = queryNumber(context, 'before', 0, Number.MAX_SAFE_INTEGER) ?? ALL.before;
  const { tenant, channel } = await asCaller(deps, context, 'webhook.read', (tx, caller) => ({
    tenant: tx.log,
    channel: ownChannel(tx, caller, idOf(context)),
  }));
  const rows = await listDeliveries(deps.sql, tenant, channel.channel_id, { before, limit, dead });
  return context.json({
    deliveries: rows.map((row) => ({
      event_id: `${tenant}/${row.event_seq}`,
      event: row.event_seq,
      type: row.event_type,
      state: row.state,
      attempts: row.attempt,
      next_attempt_at: row.due_at,
      status: row.status,
      error: row.error,
      created_at: row.created_at,
      updated_at: row.updated_at,
    })),
    next_before: rows.length === limit ? rows.at(-1)!.event_seq : null,
  });
}

/** A hook as its owner sees it. Of the address only where it goes: the rest of it is often a password. */
function webhookView(row: ChannelRow): Webhook {
  return {
    webhook_id: row.channel_id,
    kind: row.kind as 'webhook' | 'slack',
    origin: row.origin!,
    types: row.types,
    description: row.description,
    state: row.state as 'active' | 'disabled',
    state_reason: row.state_reason,
    owner: { kind: row.owner_kind, id: row.owner_id },
    secrets: row.secrets.map(({ id, created_at, expires_at }) => ({ id, created_at, expires_at })),
    read_up_to: row.cursor,
    created_at: row.created_at,
  };
}

function sealSecret({ vault }: Deps, place: string, secret: string): { id: string; sealed: string } {
  return { id: randomBytes(4).toString('hex'), sealed: vault.seal(place, secret) };
}

function idOf(context: Context): string {
  return context.req.param('id')!;
}
