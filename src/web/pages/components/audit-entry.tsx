import { chain, emptyTip, hashLeaf, payloadHash } from '../../../audit/entry.ts';
import type { FoundEntry, StoredEntry } from '../../../audit/queries.ts';
import { auditUrl } from '../audit-query.ts';
import { SECTIONS } from '../sections.ts';
import { leafOf } from './audit-list.tsx';
import { Icon } from './icon.tsx';
import { Word, visible } from './text.tsx';
import { Time } from './time.tsx';

type Link = FoundEntry & { tip: Buffer };

/** Of a payload, which may be a megabyte. The export has the rest. */
const SHOWN_MAX = 50_000;

/** One entry: what its leaf says, its payload, and the entries that it stands between. */
export function EntryArticle({
  log,
  size,
  entry,
  links,
}: {
  log: string;
  size: number;
  entry: StoredEntry;
  links: Link[];
}) {
  const leaf = leafOf(entry);
  const { seq } = entry;
  const payload = entry.payload.toString();
  return (
    <article class="entry" aria-labelledby="entry-title">
      <header class="page-head">
        <h1 id="entry-title">
          Entry <span class="number">#{seq}</span>: <Word>{leaf.action ?? 'unreadable'}</Word>
        </h1>
        <nav class="neighbours" aria-label="Neighbours">
          {seq > 0 && (
            <a href={`/audit/${seq - 1}`} rel="prev">
              ← #{seq - 1}
            </a>
          )}
          {seq + 1 < size && (
            <a href={`/audit/${seq + 1}`} rel="next">
              #{seq + 1} →
            </a>
          )}
        </nav>
      </header>
      <section class="part">
        <h2 class="part-title">Leaf: the fields that are hashed</h2>
        <dl class="leaf">
          {Object.entries(leaf).map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>
                <LeafField name={name} value={value} />
              </dd>
            </div>
          ))}
        </dl>
        <details class="more">
          <summary>The very bytes, RFC 8785</summary>
          <Bytes text={entry.leaf.toString()} />
        </details>
      </section>
      <section class="part">
        <h2 class="part-title">Payload, {entry.payload.length.toLocaleString('en')} bytes</h2>
        <Bytes text={pretty(payload)} />
        <details class="more">
          <summary>As it was hashed</summary>
          <Bytes text={payload} />
        </details>
      </section>
      <section class="part">
        <h2 class="part-title">Place in the chain</h2>
        <Recomputed log={log} entry={entry} links={links} hashSaid={leaf.payload_hash} />
        <ol class="chain">
          {links.map((link) => (
            <li
              class={link.seq === seq ? 'chain-here' : undefined}
              aria-current={link.seq === seq ? 'true' : undefined}
            >
              <p>
                {link.seq === seq ? <strong>#{seq}</strong> : <a href={`/audit/${link.seq}`}>#{link.seq}</a>}{' '}
                <Word>{leafOf(link).action ?? 'unreadable'}</Word>
              </p>
              <dl>
                <div>
                  <dt>leaf hash</dt>
                  <dd>
                    <code class="hash">{link.leaf_hash.toString('hex')}</code>
                  </dd>
                </div>
                <div>
                  <dt>tip</dt>
                  <dd>
                    <code class="hash">{link.tip.toString('hex')}</code>
                  </dd>
                </div>
              </dl>
            </li>
          ))}
        </ol>
        <p class="muted small">
          leaf hash = SHA-256(0x00 ‖ leaf) · tip = SHA-256(0x02 ‖ tip before ‖ leaf hash) · payload hash = SHA-256(salt
          ‖ payload), salt <code class="hash">{entry.salt.toString('hex')}</code>
        </p>
      </section>
    </article>
  );
}

/** What the server finds when it computes the hashes anew. The browser can do so without believing it. */
function Recomputed({
  log,
  entry,
  links,
  hashSaid,
}: {
  log: string;
  entry: StoredEntry;
  links: Link[];
  hashSaid: string | undefined;
}) {
  const before = entry.seq === 0 ? emptyTip(log) : links.find((one) => one.seq === entry.seq - 1)?.tip;
  const leafHash = hashLeaf(entry.leaf);
  const checks: [string, boolean][] = [
    ['the payload, with its salt, is what the leaf says', payloadHash(entry.salt, entry.payload) === hashSaid],
    ['the leaf is what its hash says', leafHash.equals(entry.leaf_hash)],
    ['the tip follows from the one before', before !== undefined && chain(before, leafHash).equals(entry.tip)],
  ];
  return (
    <ul class="checks">
      {checks.map(([says, holds]) => (
        <li class={holds ? 'check-good' : 'check-bad'}>
          <Icon name={holds ? 'check' : 'warn'} />
          {holds ? '' : 'Not so: '}
          {says}
        </li>
      ))}
    </ul>
  );
}

function LeafField({ name, value }: { name: string; value: unknown }) {
  if (value === null) return <span class="absent">null</span>;
  const text = String(value);
  if (name === 'timestamp') return <Time at={text} />;
  if (/^[0-9a-f]{64}$/.test(text)) return <code class="hash">{text}</code>;
  const more = { action: { action: text }, resource: { resource: text }, actor_id: { actor: text } }[name];
  const page = name === 'resource' ? pageOf(text) : undefined;
  return (
    <>
      {page ? (
        <a href={page}>
          <Word>{text}</Word>
        </a>
      ) : (
        <Word>{text}</Word>
      )}
      {more && (
        <>
          {' '}
          <a class="small same" href={auditUrl(more)}>
            find all
          </a>
        </>
      )}
    </>
  );
}

/** Where the resource of an entry has a page. */
function pageOf(resource: string): string | undefined {
  const at = resource.indexOf('/');
  const [type, id] = [resource.slice(0, at), resource.slice(at + 1)];
  if (type === 'ticket') return `/tickets/${encodeURIComponent(id)}`;
  const section = SECTIONS.find(([, href]) => href === `/${type}s`);
  return section && `${section[1]}/${encodeURIComponent(id)}`;
}

function Bytes({ text }: { text: string }) {
  return (
    <>
      <pre class="raw" tabindex={0}>
        <bdi>{visible(text.slice(0, SHOWN_MAX))}</bdi>
      </pre>
      {text.length > SHOWN_MAX && (
        <p class="muted small">
          The first {SHOWN_MAX.toLocaleString('en')} of {text.length.toLocaleString('en')} characters. The export has
          all.
        </p>
      )}
    </>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
