import type { FoundEntry } from '../../../audit/queries.ts';
import type { EntryPage } from '../../../audit/search.ts';
import type { AuditEntry } from '../../../contract/types.ts';
import { type AuditQuery, auditUrl } from '../audit-query.ts';
import { Word } from './text.tsx';
import { Time } from './time.tsx';

/** What is read of a leaf: the bytes that are hashed, not the columns beside them. */
export function leafOf({ leaf }: { leaf: Buffer }): Partial<AuditEntry> {
  try {
    return JSON.parse(leaf.toString()) as AuditEntry;
  } catch {
    // Only someone who changed the database could have left this; the verifier names it.
    return {};
  }
}

export const lookedAt = ({ low, high }: EntryPage): string =>
  high <= low ? 'there' : `from #${low.toLocaleString('en')} to #${(high - 1).toLocaleString('en')}`;

export function AuditFilters({ query, size }: { query: AuditQuery; size: number }) {
  const text = (value: string | number | undefined) => (value === undefined ? '' : String(value));
  return (
    <div class="searches">
      <form class="search" method="get" action="/audit" role="search" aria-label="The log">
        <label class="field">
          <span>Action</span>
          <input type="text" name="action" value={text(query.action)} placeholder="ticket.*" maxlength={300} />
        </label>
        <label class="field">
          <span>Resource</span>
          <input type="text" name="resource" value={text(query.resource)} placeholder="ticket/A3-12" maxlength={300} />
        </label>
        <label class="field">
          <span>Actor</span>
          <input type="text" name="actor" value={text(query.actor)} maxlength={300} />
        </label>
        <label class="field narrow">
          <span>Plan version</span>
          <input type="text" inputmode="numeric" name="plan_version" value={text(query.plan_version)} />
        </label>
        <label class="field">
          <span>From day (UTC)</span>
          <input type="date" name="since" value={text(query.since)} />
        </label>
        <label class="field">
          <span>To day</span>
          <input type="date" name="until" value={text(query.until)} />
        </label>
        <p class="search-actions">
          <button type="submit">Search</button>
          {Object.values(query).some((value) => value !== undefined) && <a href="/audit">Clear</a>}
        </p>
        <p class="hint-line muted small" id="filters" tabindex={-1}>
          <code>*</code> at the end stands for anything: <code>ticket.*</code>, <code>run/checkout-*</code>.
        </p>
      </form>
      <form class="jump" method="get" action="/audit/position">
        <label class="field narrow">
          <span>Position</span>
          <input
            type="text"
            inputmode="numeric"
            pattern="[0-9]{1,15}"
            name="seq"
            placeholder={`0 to ${size - 1}`}
            required
          />
        </label>
        <button type="submit">Go</button>
      </form>
    </div>
  );
}

export function AuditRows({ entries, caption }: { entries: FoundEntry[]; caption: string }) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={caption}>
      <table class="lined log-rows">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Position</th>
            <th scope="col">When</th>
            <th scope="col">Action</th>
            <th scope="col">Resource</th>
            <th scope="col">Actor</th>
            <th scope="col">Plan</th>
            <th scope="col">Leaf hash</th>
          </tr>
        </thead>
        <tbody id="rows">
          {entries.map((entry) => (
            <Row entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ entry }: { entry: FoundEntry }) {
  const leaf = leafOf(entry);
  return (
    <tr>
      <th scope="row">
        <a class="seq" href={`/audit/${entry.seq}`} data-row={String(entry.seq)}>
          #{entry.seq}
        </a>
      </th>
      <td class="date">{leaf.timestamp ? <Time at={leaf.timestamp} form="short" /> : '?'}</td>
      <td>
        <Word>{leaf.action ?? 'unreadable'}</Word>
        {leaf.effect && <span class={`effect effect-${leaf.effect}`}>{leaf.effect}</span>}
      </td>
      <td>
        <Word>{leaf.resource ?? ''}</Word>
      </td>
      <td>
        <Word>{leaf.actor_id ?? ''}</Word> <span class="muted small">{leaf.actor_type}</span>
      </td>
      <td class="date">{leaf.plan_version == null ? '' : `v${leaf.plan_version}`}</td>
      <td>
        <code title={entry.leaf_hash.toString('hex')}>{entry.leaf_hash.toString('hex').slice(0, 8)}</code>
      </td>
    </tr>
  );
}

export function AuditPager({ page: { newer, older, low }, query }: { page: EntryPage; query: AuditQuery }) {
  if (!newer && !older) return null;
  const at = (cursor: { before?: number; from?: number }) =>
    auditUrl({ ...query, before: undefined, from: undefined, ...cursor });
  return (
    <nav class="pager" aria-label="Pages">
      {newer ? (
        <span class="pager-side">
          <a href={at({})}>Newest</a>
          <a href={at(newer)} rel="prev">
            ← Newer
          </a>
        </span>
      ) : (
        <span />
      )}
      {older && (
        <span class="pager-side">
          <a href={at(older)} rel="next">
            Older →
          </a>
          {low > 0 && <a href={at({ from: 0 })}>Oldest</a>}
        </span>
      )}
    </nav>
  );
}

/** Where the browser checks the log by itself (assets/verify.js). Without scripts the command does. */
export function VerifyStretch({ log, size, from, to }: { log: string; size: number; from: number; to: number }) {
  return (
    <section class="verify" id="verify" aria-labelledby="verify-title" data-log={log} data-size={String(size)}>
      <h2 id="verify-title">Verify in your browser</h2>
      <p class="muted">
        Your browser fetches the entries and computes every hash itself: salt and payload to the payload hash, the leaf
        to its hash, and each tip from the one before.
      </p>
      <p class="verify-without">
        This needs JavaScript. Without it, export the log and check it offline: <code>placet audit verify</code>.
      </p>
      <form class="verify-form" hidden>
        <label class="field narrow">
          <span>From</span>
          <input type="text" inputmode="numeric" pattern="[0-9]{1,15}" name="from" value={String(from)} required />
        </label>
        <label class="field narrow">
          <span>To</span>
          <input type="text" inputmode="numeric" pattern="[0-9]{1,15}" name="to" value={String(to)} required />
        </label>
        <label class="field anchor">
          <span>
            A hash that you kept <span class="muted">tip or leaf hash of a receipt; may stay empty</span>
          </span>
          <input type="text" name="anchor" pattern="[0-9a-fA-F]{64}" placeholder="64 hex digits" autocomplete="off" />
        </label>
        <p class="search-actions">
          <button type="submit" class="primary">
            Verify
          </button>
          <button type="button" name="whole">
            The whole log
          </button>
          <button type="button" name="stop" hidden>
            Stop
          </button>
        </p>
        <progress aria-label="Entries verified" hidden></progress>
      </form>
      <div class="verify-result" role="status"></div>
    </section>
  );
}
