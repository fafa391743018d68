import type { Child } from 'hono/jsx';
import { clientVotes } from '../../tickets/client-view.ts';
import type { TicketRow } from '../../tickets/tables.ts';
import { Icon } from '../pages/components/icon.tsx';
import { type Role, roleOf } from './asks.ts';
import type { PortalFrame } from './visit-portal.ts';
import { When } from './when.tsx';

type Tone = 'good' | 'no' | 'wait' | 'done';

/** What became of a request, or what it waits for: a few words and a sentence. */
export function outcomeOf(row: TicketRow, frame: PortalFrame): { tone: Tone; short: string; says: Child } {
  const role: Role = roleOf(row);
  const own = clientVotes(row);
  const last = own.at(-1);
  const who = last?.voter === frame.visitor.caller.id ? 'You' : 'Your side';
  switch (row.state) {
    case 'pending':
      return role === 'answered'
        ? {
            tone: 'wait',
            short: `${who} said yes`,
            says: 'Your agency’s own check is still open. Nothing changes before that.',
          }
        : { tone: 'wait', short: 'Open', says: 'It waits for an answer.' };
    case 'changes_requested':
      return last?.verdict === 'request_changes' && last.revision === row.revision
        ? {
            tone: 'wait',
            short: `${who} asked for changes`,
            says: 'Your agency is working on another proposal. You will be asked again when it is there.',
          }
        : { tone: 'wait', short: 'Being reworked', says: 'Your agency is working on it. You will be asked again.' };
    case 'approved':
    case 'consumed':
      return agreed(row, frame);
    case 'rejected':
      return row.resolved_by !== null && own.some(({ voter }) => voter === row.resolved_by)
        ? { tone: 'no', short: `${who} said no`, says: 'Everything stays as it is.' }
        : { tone: 'no', short: 'Turned down by your agency', says: 'Everything stays as it is.' };
    case 'expired':
      if (row.permit_expires_at !== null)
        return {
          tone: 'done',
          short: 'Agreed, but not used',
          says: 'Your agency did not go ahead in time, so everything stays as it is. It has to ask again.',
        };
      if (own.some(({ verdict, revision }) => verdict === 'approve' && revision === row.revision))
        return {
          tone: 'done',
          short: 'Ended by itself',
          says: `${who} said yes, but your agency’s own check did not end in time. Everything stays as it is.`,
        };
      return { tone: 'done', short: 'Ended without an answer', says: 'Everything stays as it is.' };
    case 'superseded':
      return {
        tone: 'done',
        short: 'Overtaken',
        says: 'Something that it was based on has changed since. If it is still wanted, your agency will ask anew.',
      };
    case 'cancelled':
      return {
        tone: 'done',
        short: 'Taken back',
        says: 'Your agency took the question back. Everything stays as it is.',
      };
    case 'revoked':
      return { tone: 'no', short: 'Stopped by your agency', says: 'It was stopped before anything was done.' };
    default:
      return { tone: 'done', short: 'Closed', says: 'There is nothing left to do.' };
  }
}

function agreed(row: TicketRow, frame: PortalFrame): { tone: Tone; short: string; says: Child } {
  const short = clientVotes(row).length > 0 ? 'Agreed' : 'Agreed by your agency';
  if (row.spec.on_approved === 'plan.approve') return { tone: 'good', short, says: 'The plan is in force.' };
  if (row.state === 'consumed')
    return { tone: 'good', short, says: 'Everyone has said yes, and your agency has gone ahead.' };
  return {
    tone: 'good',
    short,
    says: (
      <>
        Everyone has said yes. Your agency can go ahead
        {row.permit_expires_at && (
          <>
            {' '}
            until <When at={row.permit_expires_at} reader={frame} />; after that it has to ask again
          </>
        )}
        .
      </>
    ),
  };
}

export function Outcome({ tone, short }: { tone: Tone; short: string }) {
  const icon = tone === 'good' ? 'check' : tone === 'no' ? 'cross' : 'clock';
  return (
    <span class={`outcome outcome-${tone}`}>
      <Icon name={icon} />
      {short}
    </span>
  );
}
