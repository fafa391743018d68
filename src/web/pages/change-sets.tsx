import { type Context, Hono } from 'hono';
import { Problem, notFound } from '../../contract/problem.ts';
import { decide } from '../../decide/decide.ts';
import { previewAnswer } from '../../decide/preview.ts';
import { listUnreported } from '../../decide/queries.ts';
import { listLog, readChangeSet } from '../../plans/queries.ts';
import { campaignTable, planTable } from '../../plans/tables.ts';
import { queryNumber } from '../body.ts';
import { QUESTIONS_MAX, rollbackOf } from '../change-sets.ts';
import type { Deps } from '../context.ts';
import { readOwnForm, visit, visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { ChangeSetArticle } from './change-set.tsx';
import { LogTable } from './components/log-table.tsx';
import { Head, Pager, address } from './components/record.tsx';
import { Empty } from './components/states.tsx';
import { frameOf } from './frame.ts';
import { Layout } from './layout.tsx';

const PAGE = 50;
const UNREPORTED_MAX = 50;

/** The optimization log, what was moved under one id, and the way back: a question to policy like any other. */
export function changeSetPages(deps: Deps, site: Site): Hono {
  return new Hono()
    .get('/', async (context) => {
      const before = queryNumber(context, 'before', 0, Number.MAX_SAFE_INTEGER);
      const { visitor } = await visitInside(deps, site, context, 'optimization.read', () => null);
      const rows = await listLog(deps.sql, visitor.tenant, { before, limit: PAGE });
      const { result: currencies } = await visitInside(deps, site, context, 'optimization.read', (tx) => {
        const versions = [...new Set(rows.map((row) => row.plan_version))];
        return new Map(versions.map((version) => [version, tx.get(planTable, version)!.payload.currency]));
      });
      const frame = await frameOf(deps, site, context, visitor);
      return context.html(
        <Layout frame={frame} title="What was changed" section="Campaigns" extra={['record.css']}>
          <div class="page">
            <Head up={['Campaigns', '/campaigns']} title="What was changed">
              <p class="muted">
                Every live value that a reported outcome moved, the newest first. Nothing here is ever changed or
                removed.
              </p>
            </Head>
            {rows.length === 0 ? (
              <Empty title="Nothing was changed yet" />
            ) : (
              <LogTable
                rows={rows}
                currency={(row) => currencies.get(row.plan_version)!}
                caption="Optimization log"
                campaigns
              />
            )}
            <Pager
              first={before === undefined ? null : '/change-sets'}
              next={rows.length < PAGE ? null : address('/change-sets', { before: rows.at(-1)!.seq })}
              words="Earlier changes"
            />
          </div>
        </Layout>,
      );
    })
    .get('/:id', (context) => showChangeSet(deps, site, context, null))
    .post('/:id/rollback', async (context) => {
      await readOwnForm(deps, site, context);
      const id = context.req.param('id');
      const { visitor } = await visitInside(deps, site, context, 'optimization.read', () => null);
      const rows = await readChangeSet(deps.sql, visitor.tenant, id);
      if (rows.length === 0) throw notFound('change set');
      if (rows.length > QUESTIONS_MAX)
        throw new Problem(409, 'change_set.too_large', `It moved ${rows.length} values: ask through the API.`);
      const settled = await Promise.allSettled(
        rows.map((row) =>
          // A person asks for themselves alone: that they belong here was looked at above.
          visit(deps, site, context, 'decision.ask', (tx, caller) => {
            const { question } = previewAnswer(tx, deps.policy, caller, rollbackOf(caller, row));
            return decide(tx, deps.policy, caller, question, null);
          }),
        ),
      );
      const failed = settled.find((one) => one.status === 'rejected');
      if (failed && !(failed.reason instanceof Problem && failed.reason.status < 500)) throw failed.reason;
      if (failed) return showChangeSet(deps, site, context, failed.reason);
      return context.redirect(`/change-sets/${encodeURIComponent(id)}?done=asked`, 303);
    });
}

async function showChangeSet(deps: Deps, site: Site, context: Context, refusal: Problem | null): Promise<Response> {
  const id = context.req.param('id')!;
  const { visitor } = await visitInside(deps, site, context, 'optimization.read', () => null);
  const rows = await readChangeSet(deps.sql, visitor.tenant, id);
  if (rows.length === 0) throw notFound('change set');
  const shown = rows.slice(0, QUESTIONS_MAX);
  const campaigns = [...new Set(shown.map((row) => `campaign/${row.campaign_id}`))];
  const [frame, { result }, unreported] = await Promise.all([
    frameOf(deps, site, context, visitor),
    visitInside(deps, site, context, 'optimization.read', (tx, caller) =>
      shown.map((row) => ({
        row,
        currency: tx.get(planTable, row.plan_version)!.payload.currency,
        campaign: tx.get(campaignTable, row.campaign_id)!.name,
        preview: previewAnswer(tx, deps.policy, caller, rollbackOf(caller, row)),
      })),
    ),
    listUnreported(deps.sql, visitor.tenant, campaigns, UNREPORTED_MAX),
  ]);
  const values = result.map((one) => ({
    ...one,
    allowed:
      unreported.find(({ on_applied }) =>
        on_applied.some((op) => op.op === 'campaign.set_live' && op.undoes === id && op.field === one.row.field),
      ) ?? null,
  }));
  const path = `/change-sets/${encodeURIComponent(id)}`;
  return context.html(
    <Layout frame={frame} title={`Change set ${id}`} section="Campaigns" extra={['record.css']}>
      <ChangeSetArticle
        page={{ id, values, total: rows.length }}
        frame={{ ...frame, path }}
        refusal={refusal}
        done={context.req.query('done')}
      />
    </Layout>,
    refusal ? (refusal.status as 409) : 200,
  );
}
