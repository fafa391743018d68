import { type Context, Hono } from 'hono';
import { Problem } from '../../contract/problem.ts';
import type { MandateRecord } from '../../contract/types.ts';
import { type MonthRow, revokeMandate } from '../../plans/mandates.ts';
import { listMandates, listMonths, readRows } from '../../plans/store.ts';
import { type CampaignRow, campaignTable, planTable } from '../../plans/tables.ts';
import { actorOf } from '../../tenants/tokens.ts';
import type { Deps } from '../context.ts';
import { readOwnForm, visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { Part } from './components/part.tsx';
import { Badge, Grid, Head, Locked } from './components/record.tsx';
import { Empty, Notice } from './components/states.tsx';
import { Prose, Word } from './components/text.tsx';
import { Time } from './components/time.tsx';
import { Value, fieldName } from './components/value.tsx';
import { type Frame, frameOf } from './frame.ts';
import { Csrf, Layout } from './layout.tsx';

const SHOWN_MAX = 50;

/** What the client lets pass without being asked, as the agency sees it: what stands, what was drawn, and the way to end it. */
export function mandatePages(deps: Deps, site: Site): Hono {
  return new Hono()
    .get('/', (context) => showMandates(deps, site, context, null))
    .post('/:id/revocation', async (context) => {
      const form = await readOwnForm(deps, site, context);
      try {
        if (form.get('confirmed') !== 'yes')
          throw new Problem(400, 'form.field', 'Tick the box first: only the client can give another.');
        await visitInside(deps, site, context, 'mandate.revoke', (tx, caller) =>
          revokeMandate(tx, actorOf(caller), context.req.param('id')),
        );
      } catch (error) {
        if (!(error instanceof Problem && ['form.field', 'mandate.revoked'].includes(error.code))) throw error;
        return showMandates(deps, site, context, error);
      }
      return context.redirect('/mandates?done=revoked', 303);
    });
}

interface Page {
  mandates: MandateRecord[];
  /** What this month has drawn. */
  months: MonthRow[];
  campaigns: Map<string, CampaignRow>;
  /** By plan version. */
  currencies: Map<number, string>;
  now: string;
  /** Why policy does not let this human end one; nothing where it does. */
  whyNot: string[];
  frame: Frame;
}

async function showMandates(deps: Deps, site: Site, context: Context, refusal: Problem | null): Promise<Response> {
  const { sql, policy } = deps;
  const { visitor, result } = await visitInside(deps, site, context, 'mandate.read', (tx, { kind, id, roles }) => ({
    now: tx.now,
    access: policy.access({ caller: { kind, id, roles }, operation: 'mandate.revoke' }),
  }));
  const { tenant } = visitor;
  const [frame, mandates, months] = await Promise.all([
    frameOf(deps, site, context, visitor),
    listMandates(sql, tenant, SHOWN_MAX),
    listMonths(sql, tenant, result.now.slice(0, 7)),
  ]);
  const ids = [...mandates.flatMap((one) => one.campaign_ids ?? []), ...months.map((one) => one.campaign_id)];
  const campaigns = await readRows(sql, campaignTable, tenant, [...new Set(ids)]);
  const plans = await readRows(sql, planTable, tenant, [...new Set(campaigns.map((one) => one.plan_version))]);
  const page: Page = {
    mandates,
    months,
    campaigns: new Map(campaigns.map((row) => [row.campaign_id, row])),
    currencies: new Map(plans.map(({ version, payload }) => [version, payload.currency])),
    now: result.now,
    whyNot: result.access.effect === 'allow' ? [] : result.access.reasons.map(({ message }) => message),
    frame: { ...frame, path: '/mandates' },
  };
  return context.html(
    <Layout frame={page.frame} title="Mandates" section="Campaigns" extra={['record.css']}>
      <article class="page">
        <Head up={['Campaigns', '/campaigns']} title="What the client lets pass">
          <p class="muted">
            By a mandate the client agrees in advance to so much more budget a month. Each increase draws on it; what
            goes beyond is asked.
          </p>
        </Head>
        {context.req.query('done') === 'revoked' && (
          <Notice tone="good" title="The mandate is over. This is in the log." />
        )}
        {refusal && <Notice tone="bad" title={refusal.message} />}
        {mandates.length === 0 ? (
          <Empty title="The client has given no mandate">
            <p class="muted">It is asked about every increase that policy does not let pass by itself.</p>
          </Empty>
        ) : (
          <Standing page={page} />
        )}
      </article>
    </Layout>,
    (refusal?.status ?? 200) as 200,
  );
}

function Standing({ page }: { page: Page }) {
  const { mandates, now, whyNot } = page;
  const stands = (one: MandateRecord) => one.revoked_at === null && one.expires_at > now;
  return (
    <>
      <Part title="Mandates" level={1}>
        <Grid
          caption="Mandates, those in force first"
          head={['Mandate', 'State', 'A month', 'Campaigns', 'Drawn this month', 'Given', 'Until', 'Note']}
        >
          {mandates.map((one) => (
            <tr>
              <th scope="row">
                <code>
                  <Word>{one.mandate_id}</Word>
                </code>
              </th>
              <td>
                {stands(one) ? (
                  <Badge tone="good">in force</Badge>
                ) : (
                  <Badge tone="done">{one.revoked_at === null ? 'ran out' : 'ended'}</Badge>
                )}
                {one.revoked_by !== null && (
                  <span class="sub">
                    by <Word>{one.revoked_by}</Word>
                  </span>
                )}
              </td>
              <td class="number">{one.max_increase_pct} %</td>
              <td class="wide-cell">
                {one.campaign_ids === null ? (
                  'every campaign'
                ) : (
                  <Word>{one.campaign_ids.map((id) => page.campaigns.get(id)?.name ?? id).join(', ')}</Word>
                )}
              </td>
              <td class="wide-cell">
                <Drawn mandate={one} page={page} />
              </td>
              <td>
                <Time at={one.granted_at} form="short" />
                <span class="sub">
                  by <Word>{one.granted_by}</Word>
                </span>
              </td>
              <td>
                <Time at={one.expires_at} form="short" />
              </td>
              <td class="wide-cell">{one.note === null ? '' : <Prose>{one.note}</Prose>}</td>
            </tr>
          ))}
        </Grid>
      </Part>
      {mandates.some(stands) && (
        <Part title="Ending one" level={1}>
          {whyNot.length > 0 ? (
            <Locked>You cannot end a mandate: {whyNot.join(' ')}</Locked>
          ) : (
            <div class="deeds">
              {mandates.filter(stands).map((one) => (
                <End mandate={one} frame={page.frame} />
              ))}
            </div>
          )}
        </Part>
      )}
    </>
  );
}

function Drawn({ mandate, page: { months, campaigns, currencies } }: { mandate: MandateRecord; page: Page }) {
  const drawn = months.filter((one) => one.mandate_id === mandate.mandate_id && one.drawn_minor > 0);
  if (drawn.length === 0) return <span class="muted">nothing</span>;
  return (
    <>
      {drawn.map(({ campaign_id, field, drawn_minor }) => {
        const campaign = campaigns.get(campaign_id);
        const currency = (campaign && currencies.get(campaign.plan_version)) ?? null;
        return (
          <span class="line">
            <Word>{`${fieldName(`/${field}`)} of ${campaign?.name ?? campaign_id}`}</Word>{' '}
            <Value path={`/${field}`} value={drawn_minor} currency={currency} />
          </span>
        );
      })}
    </>
  );
}

function End({ mandate: { mandate_id: id, max_increase_pct }, frame }: { mandate: MandateRecord; frame: Frame }) {
  return (
    <details class="deed">
      <summary>
        End <Word>{id}</Word>, {max_increase_pct} % a month
      </summary>
      <form
        class="deed-form"
        method="post"
        action={`/mandates/${encodeURIComponent(id)}/revocation`}
        data-summary="From then on the client is asked again. Only the client can give another mandate."
      >
        <Csrf frame={frame} />
        <label class="check">
          <input type="checkbox" name="confirmed" value="yes" /> I know that only the client can give another
        </label>
        <button type="submit" data-confirm="">
          End it now
        </button>
      </form>
    </details>
  );
}
