import type { Frame } from '../frame.ts';
import { Csrf } from '../layout.tsx';
import type { TicketPage } from '../ticket-facts.ts';
import { Icon } from './icon.tsx';
import { Word } from './text.tsx';
import { Time } from './time.tsx';

const NAMED_MAX = 8;

/** Which slots are filled, which are not, and who could fill those; who works on it. */
export function Slots({ page, frame }: { page: TicketPage; frame: Frame }) {
  const { ticket, eligible } = page;
  return (
    <>
      {eligible.uncovered && (
        <p class="uncovered">
          <Icon name="warn" />
          Uncovered: nobody here could fill every empty slot. An admin has to find someone.
        </p>
      )}
      <ul class="slots">
        {ticket.slots.map((slot) => (
          <li class={slot.filled ? 'slot slot-filled' : 'slot'}>
            <Icon name={slot.filled ? 'check' : 'clock'} />
            <span class="slot-role">{slot.any_of.join(' or ')}</span>
            {slot.filled ? (
              <span>
                approved by <Word>{slot.by!}</Word>
                {slot.on_behalf_of !== null && (
                  <>
                    {' '}
                    for <Word>{slot.on_behalf_of}</Word>
                  </>
                )}
                , <Time at={slot.at!} />
              </span>
            ) : ticket.resolved_at ? (
              <span>stayed empty</span>
            ) : (
              <CouldFill page={page} slotId={slot.id} />
            )}
          </li>
        ))}
      </ul>
      <Claim page={page} frame={frame} />
    </>
  );
}

function CouldFill({ page: { eligible }, slotId }: { page: TicketPage; slotId: string }) {
  const slot = eligible.slots.find((one) => one.id === slotId);
  if (!slot) return <span>empty</span>;
  if (slot.eligible.length === 0) return <span class="nobody">empty, and nobody could fill it</span>;
  const more = slot.eligible.length - NAMED_MAX;
  return (
    <span>
      empty <span class="muted">· could be filled by </span>
      {slot.eligible.slice(0, NAMED_MAX).map((one, i) => (
        <>
          {i > 0 && ', '}
          <Word>{one.name}</Word>
          {one.on_behalf_of !== null && (
            <span class="muted">
              {' '}
              (for <Word>{one.on_behalf_of}</Word>)
            </span>
          )}
        </>
      ))}
      {more > 0 && ` and ${more} more`}
    </span>
  );
}

function Claim({ page: { ticket, choices }, frame }: { page: TicketPage; frame: Frame }) {
  const { claim } = ticket;
  const own = claim?.by === frame.visitor!.caller.id;
  const action = `/tickets/${ticket.ticket_id}/claim`;
  if (!claim && !choices.claim.allowed) return null;
  return (
    <form class="claim" method="post" action={action}>
      <Csrf frame={frame} />
      {claim && (
        <p class={own ? undefined : 'claim-other'}>
          <Icon name="person" />
          {own ? 'You work on this' : <Word>{claim.by}</Word>}
          {!own && ' works on this'} until <Time at={claim.until} form="short" />
          {!own && '. Your verdict counts all the same; talk first.'}
        </p>
      )}
      {(!claim || own) && choices.claim.allowed && (
        <>
          <label class="inline">
            <span>{own ? 'Longer:' : 'Work on it for'}</span>
            <select name="minutes">
              <option value="30">30 min</option>
              <option value="60" selected>
                1 hour
              </option>
              <option value="240">4 hours</option>
            </select>
          </label>
          <button type="submit" name="claim" value="claim">
            {own ? 'Claim again' : 'Claim'}
          </button>
        </>
      )}
      {claim && choices.release.allowed && (
        <button type="submit" name="claim" value="release">
          Release
        </button>
      )}
    </form>
  );
}
