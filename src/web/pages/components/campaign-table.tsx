import type { CampaignLine } from '../../../plans/queries.ts';
import { Badge, Grid, Moved } from './record.tsx';
import { Word } from './text.tsx';
import { Time } from './time.tsx';
import { Value, fieldName } from './value.tsx';

const FIELDS_SHOWN = 3;

/** Campaigns in lines, with the values that are not as approved. */
export function CampaignTable({ campaigns }: { campaigns: CampaignLine[] }) {
  return (
    <Grid
      caption="Campaigns"
      head={['Campaign', 'Platform', 'Plan', 'State', 'Not as approved', 'Approved', 'Live', 'Change']}
    >
      {campaigns.map((campaign) => {
        const off = Object.keys(campaign.drift_since).sort();
        const each = (show: (field: string) => unknown) =>
          off.slice(0, FIELDS_SHOWN).map((field) => <span class="line">{show(field) as string}</span>);
        return (
          <tr>
            <th scope="row">
              <a href={`/campaigns/${encodeURIComponent(campaign.campaign_id)}`}>
                <Word>{campaign.name}</Word>
              </a>
              <span class="sub">
                <Word>{campaign.campaign_id}</Word>
              </span>
            </th>
            <td>
              <Word>{campaign.platform}</Word>
            </td>
            <td>
              <a href={`/plans/${campaign.plan_version}`}>Plan {campaign.plan_version}</a>
              {campaign.plan_state !== 'approved' && <span class="must">{campaign.plan_state}</span>}
            </td>
            <td>
              <LaunchState launchedAt={campaign.launched_at} />
            </td>
            <td>
              {off.length === 0 ? (
                <span class="muted">nothing</span>
              ) : (
                each((field) => <Word>{fieldName(`/${field}`)}</Word>)
              )}
              {off.length > FIELDS_SHOWN && <span class="sub">and {off.length - FIELDS_SHOWN} more</span>}
            </td>
            <td class="before">
              {each((field) => (
                <Value path={`/${field}`} value={campaign.approved[field]} currency={campaign.currency} />
              ))}
            </td>
            <td class="after">
              {each((field) => (
                <Value path={`/${field}`} value={campaign.live[field]} currency={campaign.currency} />
              ))}
            </td>
            <td>
              {each((field) => (
                <Moved before={campaign.approved[field] ?? 0} after={campaign.live[field] ?? 0} />
              ))}
            </td>
          </tr>
        );
      })}
    </Grid>
  );
}

function LaunchState({ launchedAt }: { launchedAt: string | null }) {
  if (launchedAt === null) return <Badge tone="done">not launched</Badge>;
  return (
    <>
      <Badge tone="good">live</Badge>
      <span class="sub">
        since <Time at={launchedAt} form="short" />
      </span>
    </>
  );
}
