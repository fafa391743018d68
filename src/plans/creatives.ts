import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import { canonicalHash } from '../contract/canonical.ts';
import { notFound } from '../contract/problem.ts';
import type { Creative } from '../contract/types.ts';
import { type CreativeRow, campaignTable, creativeTable } from './tables.ts';

/** Registers a creative or new content for it. A clearance is for the content that was seen, so new content has none. */
export function registerCreative(tx: Tx, actor: Actor, creative: Creative): CreativeRow {
  if (creative.campaign_id !== undefined && !tx.get(campaignTable, creative.campaign_id)) throw notFound('campaign');
  const before = tx.get(creativeTable, creative.id);
  const content_hash = canonicalHash(creative);
  if (before?.content_hash === content_hash) return before;
  const row: CreativeRow = {
    creative_id: creative.id,
    content: creative,
    content_hash,
    cleared_hash: before?.cleared_hash ?? null,
    created_at: before?.created_at ?? tx.now,
  };
  tx.put(creativeTable, row);
  tx.append({
    action: before ? 'creative.revised' : 'creative.registered',
    actor,
    resource: `creative/${creative.id}`,
    payload: JSON.stringify({ content: creative, content_hash }),
  });
  return row;
}

/** Clears a creative's present content for launch. */
export function clearCreative(tx: Tx, actor: Actor, creativeId: string, ticketId: string): void {
  const creative = tx.get(creativeTable, creativeId)!;
  tx.put(creativeTable, { ...creative, cleared_hash: creative.content_hash });
  tx.append({
    action: 'creative.cleared',
    actor,
    resource: `creative/${creativeId}`,
    payload: JSON.stringify({ content_hash: creative.content_hash, ticket_id: ticketId }),
  });
}
