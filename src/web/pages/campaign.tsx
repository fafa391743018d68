import type { Unreported } from '../../decide/queries.ts';
import { manifestOf } from '../../plans/manifest.ts';
import type { LoggedRow, ManifestRow } from '../../plans/queries.ts';
import type { PlanRow } from '../../plans/tables.ts';
import type { TicketRow } from '../../tickets/tables.ts';
import { CampaignMoveForm } from './components/campaign-move.tsx';
import type { SentBack } from './components/field-error.tsx';
import { ChangeSet, LogTable } from './components/log-table.tsx';
import { Part } from './components/part.tsx';
import { Badge, Fact, Facts, Grid, Head, Locked, Pager, address } from './components/record.tsx';
import { Notice } from './components/states.tsx';
import { Word } from './components/text.tsx';
import { Time } from './components/time.tsx';
import { Value, fieldName } from './components/value.tsx';
import type { Frame } from './frame.ts';
import { Csrf } from './layout.tsx';

interface Page extends ManifestRow {
  waiting: TicketRow[];
  approved: number | null;
  mayReport: boolean;
  mayWrite: boolean;
  mayMove: boolean;
  /** The approved plan, where the campaign is not under it. */
  nextPlan: PlanRow | null;
  log: LoggedRow[];
  unreported: Unreported[];
  before: number | undefined;
  next: number | null;
}

type Manifest = ReturnType<typeof manifestOf>;

/** A campaign: what was approved, what is live, what was changed, and the way back into a plan. */
export function CampaignArticle(props: { page: Page; frame: Frame; done: string | undefined; back: SentBack | null }) {
  const { page, frame, done, back } = props;
  const { campaign, plan, waiting, log } = page;
  const manifest = manifestOf(campaign, plan);
  const off = manifest.values.filter((one) => one.direction !== 'none').length;
  return (
    <article class="page">
      <Head
        up={['Campaigns', '/campaigns']}
        title={<Word>{campaign.name}</Word>}
        badges={
          <>
            <Badge tone={campaign.launched_at === null ? 'done' : 'good'}>
              {campaign.launched_at === null ? 'not launched' : 'live'}
            </Badge>
            <Badge tone={off === 0 ? 'good' : 'wait'}>
              {off === 0
                ? 'as approved'
                : off === 1
                  ? '1 value is not as approved'
                  : `${off} values are not as approved`}
            </Badge>
            {plan.state !== 'approved' && <Badge tone="bad">its plan is {plan.state}</Badge>}
          </>
        }
      />
      {back && (
        <Notice tone="bad" title="The campaign was not moved.">
          <p>{back.problem.message}</p>
        </Notice>
      )}
      {done === 'moved' && <Notice tone="good" title="The campaign is under the approved plan. This is in the log." />}
      {done === 'reported' && <Notice tone="good" title="Your report is in the log." />}
      <Facts>
        <Fact name="Id">
          <Word>{campaign.campaign_id}</Word>
        </Fact>
        <Fact name="Platform">
          <Word>{campaign.platform}</Word>
        </Fact>
        <Fact name="Under">
          <a href={`/plans/${campaign.plan_version}`}>plan {campaign.plan_version}</a>
          {manifest.flight !== null && <span class="muted">, flight {manifest.flight + 1}</span>}
        </Fact>
        <Fact name="Launched">{campaign.launched_at === null ? 'not yet' : <Time at={campaign.launched_at} />}</Fact>
        <Fact name="Registered">
          <Time at={campaign.created_at} />
        </Fact>
      </Facts>
      {waiting.length > 0 && (
        <Notice tone="wait" title={waiting.length === 1 ? 'A ticket is open' : `${waiting.length} tickets are open`}>
          <ul class="sentences">
            {waiting.slice(0, 20).map((ticket) => (
              <li>
                <a href={`/tickets/${ticket.ticket_id}`}>{ticket.ticket_id}</a>, {ticket.state.replaceAll('_', ' ')}:{' '}
                <Word>{ticket.spec.summary}</Word>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <Part title="Live against approved" level={1}>
        <Manifested manifest={manifest} />
      </Part>
      <Unreporteds page={page} frame={frame} currency={manifest.currency} />
      <Part title="What was changed" level={1}>
        {log.length === 0 ? (
          <p class="muted">Nothing was changed since it was registered.</p>
        ) : (
          <LogTable rows={log} currency={() => manifest.currency} caption="Optimization log of this campaign" />
        )}
        <Pager
          first={page.before === undefined ? null : frame.path}
          next={page.next === null ? null : address(frame.path, { before: page.next })}
          words="Earlier changes"
        />
      </Part>
      {page.nextPlan && (
        <CampaignMoveForm campaign={campaign} plan={page.nextPlan} mayMove={page.mayMove} frame={frame} back={back} />
      )}
      <Revise page={page} frame={frame} off={off} />
      <Part title="On the platform" level={1}>
        <PlatformIds ids={campaign.platform_ids} />
      </Part>
    </article>
  );
}

function Manifested({ manifest: { values, currency } }: { manifest: Manifest }) {
  return (
    <Grid
      caption="Live values against approved ones"
      head={['Field', 'Approved', 'Live', 'Off by', 'In per cent', 'Direction', 'Since']}
    >
      {values.map((one) => {
        const path = `/${one.field}`;
        return (
          <tr>
            <th scope="row">
              <Word>{fieldName(path)}</Word>
            </th>
            <td class="before">
              <Value path={path} value={one.approved ?? undefined} currency={currency} />
            </td>
            <td class="after">
              <Value path={path} value={one.live ?? undefined} currency={currency} />
            </td>
            {one.direction === 'none' ? (
              <td colspan={4} class="muted">
                as approved
              </td>
            ) : (
              <>
                <td>
                  <Value path={path} value={one.drift_minor} currency={currency} />
                </td>
                <td class="number">{one.drift_percent === null ? 'nothing was approved' : `${one.drift_percent} %`}</td>
                <td>
                  <span class={one.direction}>{one.direction === 'up' ? '▲ up' : '▼ down'}</span>
                </td>
                <td>{one.since && <Since since={one.since} />}</td>
              </>
            )}
          </tr>
        );
      })}
    </Grid>
  );
}

function Since({ since }: { since: NonNullable<Manifest['values'][number]['since']> }) {
  return (
    <>
      {since.change_set_id === null ? 'the plan moved' : <ChangeSet id={since.change_set_id} />}
      <span class="sub">
        <Time at={since.at} form="short" />
      </span>
    </>
  );
}

function Unreporteds({ page, frame, currency }: { page: Page; frame: Frame; currency: string }) {
  const { unreported, mayReport } = page;
  if (unreported.length === 0) return null;
  return (
    <Part title="Allowed, and nobody has reported yet" level={1}>
      <p class="muted">
        Placet does not know whether these were done. Until a report, the live values above are those from before.
      </p>
      <Grid
        caption="Allows without a report"
        head={['Decision', 'Allowed', 'Action', 'To', 'For', mayReport ? 'Report' : '']}
      >
        {unreported.map((one) => (
          <tr>
            <th scope="row">
              <code>D-{one.seq}</code>
              {one.ticket_id !== null && (
                <span class="sub">
                  on <a href={`/tickets/${one.ticket_id}`}>{one.ticket_id}</a>
                </span>
              )}
            </th>
            <td>
              <Time at={one.at} form="short" />
            </td>
            <td>{one.action.replace('.', ': ').replaceAll('_', ' ')}</td>
            <td>
              {one.on_applied.map((op) =>
                op.op === 'campaign.launched' ? (
                  <span class="line">launched</span>
                ) : (
                  <span class="line">
                    <Word>{fieldName(`/${op.field}`)}</Word>{' '}
                    <Value path={`/${op.field}`} value={op.value} currency={currency} />
                  </span>
                ),
              )}
            </td>
            <td>
              <Word>{one.subject_id}</Word>
            </td>
            <td>
              {mayReport && (
                <form class="inline-form" method="post" action={`${frame.path}/outcomes`}>
                  <Csrf frame={frame} />
                  <input type="hidden" name="decision" value={`D-${one.seq}`} />
                  <button type="submit" name="status" value="applied" aria-label={`Report D-${one.seq} as applied`}>
                    Applied
                  </button>
                  <button type="submit" name="status" value="failed" aria-label={`Report D-${one.seq} as failed`}>
                    Failed
                  </button>
                </form>
              )}
            </td>
          </tr>
        ))}
      </Grid>
    </Part>
  );
}

function Revise({ page, frame, off }: { page: Page; frame: Frame; off: number }) {
  const { campaign, approved, mayWrite } = page;
  if (off === 0 || approved === null) return null;
  return (
    <Part title="Into the plan" level={1}>
      {campaign.plan_version !== approved ? (
        <p>
          The campaign is still under plan {campaign.plan_version}. Its changes go into a plan once it is moved under{' '}
          <a href={`/plans/${approved}`}>plan {approved}</a>.
        </p>
      ) : mayWrite ? (
        <form method="post" action={`/plans/${approved}/revise`} class="stack">
          <Csrf frame={frame} />
          <p>
            Drafts a revision of plan {approved} with what was changed on all its campaigns since it was written. It
            needs an approval of its own.
          </p>
          <button type="submit">Propose a revision from the drift</button>
        </form>
      ) : (
        <Locked>To propose a revision from the drift takes a planner or an admin.</Locked>
      )}
    </Part>
  );
}

function PlatformIds({ ids }: { ids: Record<string, string> }) {
  const all = Object.entries(ids);
  if (all.length === 0) return <p class="muted">The agent has not named the campaign’s objects on the platform.</p>;
  return (
    <Facts>
      {all.map(([name, id]) => (
        <div>
          <dt>
            <Word>{name.replaceAll('_', ' ')}</Word>
          </dt>
          <dd>
            <code>
              <Word>{id}</Word>
            </code>
          </dd>
        </div>
      ))}
    </Facts>
  );
}
