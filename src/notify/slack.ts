import type { Event } from '../contract/types.ts';
import { headline } from './words.ts';

/** The body of a Slack-compatible incoming webhook: what happened, and a link to where it is decided. Nothing is decided by following a link. */
export function slackBody(event: Event): string {
  const { ticket, link } = event;
  const flag = ticket?.red_flag ? ':triangular_flag_on_post: ' : '';
  const where =
    ticket && link
      ? `\n<${encodeURI(decodeURI(link)).replaceAll(/[|<>]/g, '')}|Open ${escapeText(ticket.ticket_id)}>`
      : '';
  return JSON.stringify({ text: `${flag}${escapeText(headline(event))}${where}`, unfurl_links: false });
}

/** Slack gives meaning to these three only: with them escaped no text can link, mention or call the channel. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
