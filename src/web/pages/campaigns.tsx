import { type Context, Hono } from 'hono';
import type { OutcomeRequest } from '../../contract/types.ts';
import { Problem, notFound } from '../../contract/problem.ts';
import { parser } from '../../contract/validate.ts';
import { reportOutcome } from '../../decide/outcome.ts';
import { listUnreported } from '../../decide/queries.ts';
import { listCampaignLines, listLog, listManifests, listPlatforms } from '../../plans/queries.ts';
import { moveCampaign } from '../../plans/campaigns.ts';
import { readRow } from '../../plans/store.ts';
import { campaignTable, planTable } from '../../plans/tables.ts';
import { currentTenant } from '../../tenants/tenants.ts';
import { actorOf } from '../../tenants/tokens.ts';
import { livingByResource, ticketTable } from '../../tickets/tables.ts';
import { queryChoice, queryNumber } from '../body.ts';
import type { Deps } from '../context.ts';
import { readOwnForm, visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { CampaignArticle } from './campaign.tsx';
import { readMove } from './campaign-form-data.ts';
import { CampaignTable } from './components/campaign-table.tsx';
import type { SentBack } from './components/field-error.tsx';
import { Choice, Filters, Head, Pager, address } from './components/record.tsx';
import { Empty } from './components/states.tsx';
import { frameOf } from './frame.ts';
import { Layout } from './layout.tsx';
import { may } from './may.ts';

const PAGE = 50;
const LOG_PAGE = 30;
const UNREPORTED_MAX = 20;
const PLATFORMS_MAX = 50;

const parseOutcome = parser<OutcomeRequest>('outcome-request.json');

/** Campaigns: what runs, how far it is from what was approved, and what was changed by whom. */
export function campaignPages(deps: Deps, site: Site): Hono {
  return new Hono()
    .get('/', async (context) => {
      const text = (name: string) => context.req.query(name)?.slice(0, 128) || undefined;
      const query = {
        platform: text('platform'),
        plan: context.req.query('plan') ? queryNumber(context, 'plan', 1, 999_999_999) : undefined,
        drift: context.req.query('drift') ? queryChoice(context, 'drift', ['off'] as const) : undefined,
      };
      const after = text('after');
      const { visitor } = await visitInside(deps, site, context, 'campaign.read', () => null);
      const filter = { platform: query.platform, planVersion: query.plan, drifting: query.drift === 'off', after };
      const [frame, rows, platforms] = await Promise.all([
        frameOf(deps, site, context, visitor),
        listCampaignLines(deps.sql, visitor.tenant, { ...filter, limit: PAGE + 1 }),
        listPlatforms(deps.sql, visitor.tenant, PLATFORMS_MAX),
      ]);
      const shown = rows.slice(0, PAGE);
      const active = Object.values(query).some((one) => one !== undefined);
      return context.html(
        <Layout frame={frame} title="Campaigns" section="Campaigns" extra={['record.css']}>
          <div class="page">
            <Head title="Campaigns">
              <p class="muted">
                What runs on the platforms, against what was approved. <a href="/change-sets">All that was changed</a> ·{' '}
                <a href="/mandates">What the client lets pass</a>
              </p>
            </Head>
            <Filters action="/campaigns" active={active}>
              <Choice
                name="platform"
                label="Platform"
                none="every platform"
                value={query.platform}
                options={platforms.map((one) => [one, one])}
              />
              <Choice
                name="drift"
                label="Live values"
                none="all"
                value={query.drift}
                options={[['off', 'not as approved']]}
              />
              {query.plan !== undefined && (
                <Choice
                  name="plan"
                  label="Plan"
                  none="every plan"
                  value={String(query.plan)}
                  options={[[String(query.plan), `Plan ${query.plan}`]]}
                />
              )}
            </Filters>
            {shown.length === 0 ? (
              <Empty title={active ? 'No campaign fits these filters' : 'There is no campaign yet'}>
                <p class="muted">Agents register campaigns under a plan version.</p>
              </Empty>
            ) : (
              <CampaignTable campaigns={shown} />
            )}
            <Pager
              first={after === undefined ? null : address('/campaigns', query)}
              next={rows.length > PAGE ? address('/campaigns', { ...query, after: shown.at(-1)!.campaign_id }) : null}
              words="More campaigns"
            />
          </div>
        </Layout>,
      );
    })
    .get('/:id', (context) => showCampaign(deps, site, context, null))
    .post('/:id/plan', async (context) => {
      const written = await readOwnForm(deps, site, context);
      const id = context.req.param('id');
      try {
        await visitInside(deps, site, context, 'campaign.move', (tx, caller) => {
          const campaign = tx.get(campaignTable, id);
          if (!campaign) throw notFound('campaign');
          const plan = tx.get(planTable, Number(written.get('plan_version')));
          moveCampaign(tx, actorOf(caller), id, readMove(written, campaign, plan?.payload.currency ?? null));
        });
      } catch (error) {
        if (!(error instanceof Problem && [400, 409].includes(error.status))) throw error;
        return showCampaign(deps, site, context, { problem: error, written });
      }
      return context.redirect(`/campaigns/${encodeURIComponent(id)}?done=moved`, 303);
    })
    .post('/:id/outcomes', async (context) => {
      const form = await readOwnForm(deps, site, context);
      const request = parseOutcome({ status: form.get('status') });
      const seq = /^D-([0-9]{1,15})$/.exec(form.get('decision') ?? '')?.[1];
      if (seq === undefined) throw notFound('decision');
      await visitInside(deps, site, context, 'outcome.report', (tx, caller) =>
        reportOutcome(tx, caller, Number(seq), request),
      );
      return context.redirect(`/campaigns/${encodeURIComponent(context.req.param('id'))}?done=reported`, 303);
    });
}

async function showCampaign(deps: Deps, site: Site, context: Context, back: SentBack | null): Promise<Response> {
  const id = context.req.param('id')!;
  const before = queryNumber(context, 'before', 0, Number.MAX_SAFE_INTEGER);
  const { visitor, result } = await visitInside(deps, site, context, 'campaign.read', (tx, caller) => ({
    waiting: tx.find(ticketTable, livingByResource, `campaign/${id}`),
    approved: currentTenant(tx).tenant.plan_version_approved,
    mayReport: may(deps.policy, caller, 'outcome.report'),
    mayWrite: may(deps.policy, caller, 'plan.write'),
    mayMove: may(deps.policy, caller, 'campaign.move'),
  }));
  const [frame, [found], log, unreported] = await Promise.all([
    frameOf(deps, site, context, visitor),
    listManifests(deps.sql, visitor.tenant, { campaign: id, limit: 1 }),
    listLog(deps.sql, visitor.tenant, { campaign: id, before, limit: LOG_PAGE }),
    listUnreported(deps.sql, visitor.tenant, [`campaign/${id}`], UNREPORTED_MAX),
  ]);
  if (!found) throw notFound('campaign');
  const path = `/campaigns/${encodeURIComponent(id)}`;
  const { approved } = result;
  const moved = approved !== null && approved !== found.campaign.plan_version;
  const nextPlan = moved ? await readRow(deps.sql, planTable, visitor.tenant, approved) : null;
  const page = {
    ...found,
    ...result,
    log,
    unreported,
    before,
    nextPlan,
    next: log.length < LOG_PAGE ? null : log.at(-1)!.seq,
  };
  return context.html(
    <Layout frame={frame} title={found.campaign.name} section="Campaigns" extra={['record.css']}>
      <CampaignArticle page={page} frame={{ ...frame, path }} done={context.req.query('done')} back={back} />
    </Layout>,
    (back?.problem.status ?? 200) as 200,
  );
}
