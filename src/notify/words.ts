import type { Event } from '../contract/types.ts';

/** What happened, in one line for people, such as `A3-17 waits for approval: Raise the daily budget`. */
export function headline({ type, ticket, resource }: Event): string {
  const what = WORDS[type] ?? type.replaceAll(/[._]/g, ' ');
  return oneLine(ticket ? `${ticket.ticket_id} ${what}: ${ticket.title}` : `${resource} ${what}`);
}

/** Text of others in one line: no line break ends a header, no control character hides what is written. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

const WORDS: Record<string, string> = {
  'ticket.opened': 'waits for approval',
  'ticket.revised': 'was revised and waits for approval',
  'ticket.vote_cast': 'got a vote',
  'ticket.changes_requested': 'needs changes',
  'ticket.approved': 'is approved',
  'ticket.rejected': 'is rejected',
  'ticket.expired': 'has expired',
  'ticket.superseded': 'is superseded',
  'ticket.cancelled': 'was taken back',
  'ticket.revoked': 'is no longer approved',
  'ticket.consumed': 'was used',
  'ticket.resolved': 'is resolved',
  'ticket.commented': 'has a comment',
  'ticket.comment_edited': 'has a comment with another wording',
  'ticket.reminded': 'still waits',
  'ticket.breached': 'is late',
  'ticket.escalated': 'was escalated',
  'ticket.uncovered': 'has no one who could decide',
  'plan.approved': 'is approved',
  'campaign.moved': 'moved to another plan',
  'qc.alert_raised': 'is below its success floor',
  'qc.alert_recovered': 'is above its success floor again',
  'channel.test': 'is being tested',
};
