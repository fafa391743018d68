import { type Context, Hono } from 'hono';
import { exportedEntry } from '../../audit/export.ts';
import { readLinks, readStretch } from '../../audit/queries.ts';
import { findEntries } from '../../audit/search.ts';
import { type Head, readHeads } from '../../audit/store.ts';
import { Problem, notFound } from '../../contract/problem.ts';
import { queryNumber } from '../body.ts';
import type { Deps } from '../context.ts';
import { type Visitor, visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { EntryArticle } from './components/audit-entry.tsx';
import { AuditFilters, AuditPager, AuditRows, VerifyStretch, lookedAt } from './components/audit-list.tsx';
import { Empty } from './components/states.tsx';
import { auditUrl, cursorOf, readAuditQuery, searchOf } from './audit-query.ts';
import { frameOf } from './frame.ts';
import { Layout } from './layout.tsx';

const PAGE = 50;
/** Of one answer to the page's own verifier. A payload may be a megabyte. */
const STRETCH = { entries_max: 200, bytes_max: 4 * 1024 * 1024 };
const ASSETS = ['ops.css', 'verify.js'];

/** The tenant's log: searched, read entry by entry, and verified in the browser of whoever asks. */
export function auditPages(deps: Deps, site: Site): Hono {
  const auditor = async (context: Context): Promise<{ visitor: Visitor; head: Head }> => {
    const { visitor } = await visitInside(deps, site, context, 'audit.read', () => null);
    const head = (await readHeads(deps.sql, [visitor.tenant])).get(visitor.tenant)!;
    return { visitor, head };
  };
  return new Hono()
    .get('/', async (context) => {
      const query = readAuditQuery(context);
      const { visitor, head } = await auditor(context);
      const [frame, page] = await Promise.all([
        frameOf(deps, site, context, visitor),
        findEntries(deps.sql, visitor.tenant, head.size, searchOf(query), cursorOf(query), PAGE),
      ]);
      return context.html(
        <Layout frame={frame} title="Audit" section="Audit" extra={ASSETS}>
          <div class="page">
            <header class="page-head">
              <h1>Audit log</h1>
              <p class="muted">
                {head.size.toLocaleString('en')} entries. The tip is{' '}
                <code class="hash">{head.tip.toString('hex')}</code>
              </p>
            </header>
            <AuditFilters query={query} size={head.size} />
            {page.entries.length === 0 ? (
              <Empty title={`Nothing fits ${lookedAt(page)}`}>
                {page.older || page.newer ? (
                  <p class="muted">The log goes on: search further below.</p>
                ) : (
                  <a href="/audit">Show the whole log</a>
                )}
              </Empty>
            ) : (
              <AuditRows entries={page.entries} caption={`Entries of the log, ${lookedAt(page)}`} />
            )}
            <AuditPager page={page} query={query} />
            <VerifyStretch log={visitor.tenant} size={head.size} {...defaultStretch(page, head)} />
          </div>
        </Layout>,
      );
    })
    .get('/position', async (context) => {
      const { head } = await auditor(context);
      const seq = queryNumber(context, 'seq', 0, Number.MAX_SAFE_INTEGER);
      return context.redirect(seq === undefined || seq >= head.size ? auditUrl({}) : `/audit/${seq}`, 303);
    })
    .get('/stretch', async (context) => {
      const { visitor, head } = await auditor(context);
      const from = queryNumber(context, 'from', 0, Number.MAX_SAFE_INTEGER) ?? 0;
      const count = queryNumber(context, 'count', 1, STRETCH.entries_max) ?? STRETCH.entries_max;
      const [entries, [previous]] = await Promise.all([
        readStretch(deps.sql, visitor.tenant, { from, count, bytes_max: STRETCH.bytes_max }),
        from === 0 ? [] : readLinks(deps.sql, visitor.tenant, from - 1, 1),
      ]);
      return context.json({
        log: visitor.tenant,
        size: head.size,
        previous_tip: previous?.tip.toString('hex') ?? null,
        entries: entries.map(exportedEntry),
      });
    })
    .get('/:seq{[0-9]{1,15}}', async (context) => {
      const seq = Number(context.req.param('seq'));
      const { visitor, head } = await auditor(context);
      if (seq >= head.size) throw notFound(`entry: the log ends with #${head.size - 1}`);
      const [frame, [entry], links] = await Promise.all([
        frameOf(deps, site, context, visitor),
        readStretch(deps.sql, visitor.tenant, { from: seq, count: 1, bytes_max: 0 }),
        readLinks(deps.sql, visitor.tenant, Math.max(seq - 1, 0), seq === 0 ? 2 : 3),
      ]);
      if (!entry)
        throw new Problem(
          404,
          'entry.missing',
          `Entry #${seq} is gone from the database, while the head says that there are ${head.size}. The log was tampered with.`,
        );
      return context.html(
        <Layout frame={frame} title={`Entry #${seq} · Audit`} section="Audit" extra={ASSETS}>
          <div class="page">
            <a class="to-list-always" href="/audit">
              ← Audit log
            </a>
            <EntryArticle log={visitor.tenant} size={head.size} entry={entry} links={links} />
            <VerifyStretch
              log={visitor.tenant}
              size={head.size}
              from={Math.max(0, seq - 10)}
              to={Math.min(head.size - 1, seq + 10)}
            />
          </div>
        </Layout>,
      );
    });
}

/** What is on the page, or the newest of the log. */
function defaultStretch(page: { entries: { seq: number }[] }, head: Head): { from: number; to: number } {
  const { entries } = page;
  return entries.length === 0
    ? { from: Math.max(0, head.size - PAGE), to: head.size - 1 }
    : { from: entries.at(-1)!.seq, to: entries[0]!.seq };
}
