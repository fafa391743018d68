import type { Resolution } from '../../../contract/types.ts';
import type { Frame } from '../frame.ts';
import { Csrf } from '../layout.tsx';
import type { TicketPage } from '../ticket-facts.ts';
import { Icon } from './icon.tsx';
import { LOOP_WORDS } from './red-flags.tsx';
import { visibleText } from './text.tsx';
import { Usd } from './usd.tsx';
import type { Sent } from './verdict-form.tsx';

const KINDS: Record<Resolution['kind'], { name: string; does: string }> = {
  resume: { name: 'Resume', does: 'The run goes on with what is left of each counter. Nothing is granted.' },
  raise_allowance: { name: 'Raise the allowance', does: 'The run goes on with the steps that you grant here.' },
  revise_estimate: { name: 'Revise the estimate', does: 'The run goes on under a new estimate.' },
  abort: { name: 'Abort the run', does: 'The run and all runs under it end for good.' },
};

/** Acknowledge, and resolve in one of the ways that policy has for the type. */
export function FlagForm({ page, frame, back }: { page: TicketPage; frame: Frame; back?: Sent | undefined }) {
  const written = back?.written;
  const { ticket, choices } = page;
  const { acknowledge, resolve } = choices;
  const kinds = (Object.keys(KINDS) as Resolution['kind'][]).filter((kind) => resolve[kind]?.allowed);
  if (ticket.resolved_at !== null)
    return (
      <p class="closed">
        Resolved: {ticket.resolution ? KINDS[ticket.resolution.kind].name.toLowerCase() : ''}. This is in the log.
      </p>
    );
  return (
    <form
      class="verdict"
      method="post"
      action={`/tickets/${ticket.ticket_id}/verdicts`}
      id="verdict"
      data-summary={visibleText(ticket.summary.slice(0, 400))}
    >
      <Csrf frame={frame} />
      <input type="hidden" name="revision" value={String(ticket.revision)} />
      <input type="hidden" name="subject_hash" value={ticket.subject_hash} />
      {kinds.length > 0 && (
        <fieldset class="resolutions">
          <legend>How is it resolved?</legend>
          {kinds.map((kind) => (
            <div class="resolution">
              <label class="check">
                <input
                  type="radio"
                  name="resolution"
                  value={kind}
                  checked={kind === (written?.get('resolution') ?? kinds[0])}
                />
                <span>
                  <strong>{KINDS[kind].name}</strong> <span class="muted">{KINDS[kind].does}</span>
                </span>
              </label>
              {kind === 'raise_allowance' && <Allowance page={page} written={written} />}
              {kind === 'revise_estimate' && <Estimate page={page} written={written} />}
            </div>
          ))}
        </fieldset>
      )}
      {kinds.length > 0 && (
        <label class="field comment">
          <span>
            Comment <span class="muted">needed to resolve</span>
          </span>
          <textarea name="comment" rows={1} maxlength={10000}>
            {written?.get('comment')}
          </textarea>
        </label>
      )}
      {kinds.length > 0 && (
        <label class="check">
          <input type="checkbox" name="confirmed" value="yes" /> I know what this sets going, or ends
        </label>
      )}
      <div class="verdict-buttons">
        {acknowledge.allowed && (
          <button type="submit" name="verdict" value="acknowledge" data-key="a">
            <Icon name="check" />
            Acknowledge
          </button>
        )}
        {kinds.length > 0 && (
          <button class="approve" type="submit" name="verdict" value="resolve" data-key="r" data-reason>
            <Icon name="flag" />
            Resolve
          </button>
        )}
        <span class="bound">
          revision {ticket.revision} <code>{ticket.subject_hash.slice(0, 8)}</code>
        </span>
      </div>
      {kinds.length === 0 && (
        <p class="why-not">
          <Icon name="lock" />
          <span>
            You cannot resolve this:{' '}
            {[...new Set(Object.values(resolve).flatMap((one) => one.reasons.map(({ message }) => message)))].join(' ')}
          </span>
        </p>
      )}
    </form>
  );
}

interface Part {
  page: TicketPage;
  /** The form, when it was sent back. */
  written: URLSearchParams | undefined;
}

function Allowance({ page: { ticket }, written }: Part) {
  const { exhausted, counters } = ticket.flag!.loop!;
  return (
    <div class="allowance">
      {(Object.keys(counters) as (keyof typeof counters)[]).map((name) => (
        <label class="field">
          <span>{LOOP_WORDS[name]}</span>
          <input
            type="text"
            name={`allowance.${name}`}
            pattern="[0-9]{1,4}"
            maxlength={4}
            value={written?.get(`allowance.${name}`) ?? (exhausted.includes(name) ? '1' : '0')}
            inputmode="numeric"
          />
        </label>
      ))}
    </div>
  );
}

function Estimate({ page: { ticket, spend }, written }: Part) {
  const cost = ticket.flag!.cost!;
  const spent = spend?.committed_usd ?? cost.actual_usd;
  return (
    <div class="allowance">
      <label class="field">
        <span>New estimate, USD</span>
        <input
          type="text"
          name="estimate_usd"
          inputmode="decimal"
          pattern="[0-9]{1,15}([.][0-9]{1,12})?"
          maxlength={30}
          value={written?.get('estimate_usd') ?? ''}
        />
      </label>
      <p class="muted">
        <Usd>{spent}</Usd> are spent and the guard trips at {cost.multiplier}×: more than{' '}
        <Usd>{String(Number(spent) / Number(cost.multiplier))}</Usd> is needed to go on.
      </p>
    </div>
  );
}
