import { type TicketPage, named } from '../ticket-facts.ts';
import { Deltas } from './deltas.tsx';

/** Each revision with what it changed against the one before. */
export function Revisions({ page: { thread, currency, row } }: { page: TicketPage }) {
  if (thread.revisions.length < 2) return null;
  return (
    <details class="more" id="revisions">
      <summary>{thread.revisions.length} revisions</summary>
      <ol class="revisions">
        {thread.revisions.toReversed().map(({ revision, seq, subject_hash, difference }) => (
          <li>
            <h4>
              Revision {revision} <a href={`/audit/${seq}`}>#{seq}</a>{' '}
              <code title={subject_hash}>{subject_hash.slice(0, 8)}</code>
            </h4>
            {revision > 1 && (
              <Deltas
                diff={named(difference, row.subject)}
                currency={currency}
                caption={`Revision ${revision} against ${revision - 1}`}
                between={[`Revision ${revision - 1}`, `Revision ${revision}`]}
              />
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}
