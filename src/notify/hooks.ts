import type { Sql } from '../db/postgres.ts';
import type { Policy } from '../policy/policy.ts';
import type { Addressed } from './deliveries.ts';
import type { Transport } from './dispatcher.ts';
import { ACCESS_ACTIONS, type Reader, type Source, TEST_ACTION, eventOf, mayKnow } from './events.ts';
import { type Post, failed } from './post.ts';
import { readerOf } from './reader.ts';
import { signedHeaders } from './sign.ts';
import { slackBody } from './slack.ts';
import { readRoles } from './store.ts';
import type { ChannelRow } from './tables.ts';
import type { Vault } from './vault.ts';

/** Webhooks and Slack-compatible hooks: each is told what its owner may see, for as long as the owner has a way in. */
export function createHooks({
  sql,
  policy,
  vault,
  post,
  publicUrl,
}: {
  sql: Sql;
  policy: Policy;
  vault: Vault;
  post: Post;
  publicUrl: string;
}): Transport {
  async function readerFor(tenant: string, channel: ChannelRow, now: Date): Promise<Reader | null> {
    const owner = { kind: channel.owner_kind, id: channel.owner_id };
    const roles = await readRoles(sql, tenant, owner, now.toISOString());
    return roles && readerOf(policy, { ...owner, roles });
  }

  return {
    async address(tenant, channel, sources, now): Promise<Addressed[] | null> {
      const reader = await readerFor(tenant, channel, now);
      return (
        reader &&
        sources
          .filter((source) => isWanted(channel, source) && mayBeTold(channel, reader, source))
          .map(({ seq }) => ({ seq, recipient: '', collectUntil: null }))
      );
    },

    async send(tenant, channel, _recipient, sources, now) {
      const [source] = sources;
      // Time has passed since it was addressed: what may be seen is asked again.
      const reader = await readerFor(tenant, channel, now);
      if (!reader) return failed('the owner of the webhook has no way in');
      if (!source || !mayBeTold(channel, reader, source))
        return failed('the owner of the webhook may not see it', 'forbidden');
      let url: string;
      let secrets: string[];
      try {
        const place = placeOf(tenant, channel.channel_id);
        url = vault.open(place, channel.url_sealed!);
        secrets = channel.secrets
          .filter(({ expires_at }) => expires_at === null || expires_at > now.toISOString())
          .map(({ sealed }) => vault.open(place, sealed));
      } catch (error) {
        return failed(`the secrets cannot be read: ${(error as Error).message}`);
      }
      const event = eventOf(tenant, publicUrl, source);
      const json = { 'content-type': 'application/json' };
      if (channel.kind === 'slack') return post(url, json, slackBody(event));
      const body = JSON.stringify(event);
      return post(url, { ...json, ...signedHeaders(event.id, Math.floor(now.getTime() / 1000), body, secrets) }, body);
    },
  };
}

/** Where secrets of a channel belong, so that they open nowhere else. */
export function placeOf(tenant: string, channelId: string): string {
  return `${tenant}/channel/${channelId}`;
}

function isWanted({ types }: ChannelRow, { action }: Source): boolean {
  return action === TEST_ACTION || types.length === 0 || types.includes(action);
}

function mayBeTold({ channel_id }: ChannelRow, reader: Reader, source: Source): boolean {
  if (ACCESS_ACTIONS.includes(source.action)) return false;
  return source.action === TEST_ACTION ? source.resource === `channel/${channel_id}` : mayKnow(reader, source);
}
