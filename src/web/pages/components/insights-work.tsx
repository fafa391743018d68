import type { OpsMetrics } from '../../../metrics/ops.ts';
import type { OpsTrends } from '../../../metrics/trends.ts';
import type { TicketType } from '../../../contract/types.ts';
import { TYPE_NAMES } from './badge.tsx';
import { Bars } from './bars.tsx';
import { Columns, Legend, Line } from './chart.tsx';
import {
  Figures,
  FiguresOverTime,
  Metric,
  Nothing,
  axisShare,
  counted,
  dayName,
  lasting,
  share,
  whole,
} from './metric.tsx';
import { niceSeconds, niceShare } from './scale.ts';

interface Props {
  metrics: OpsMetrics;
  /** The window before, to compare; null: not asked for. */
  before: OpsMetrics | null;
  trends: OpsTrends;
  /** Names of the buckets. */
  labels: string[];
  /** The log, where this visitor may read it. */
  log: ((action: string) => string) | null;
}

const ticketsOf = (type: string): string => `/inbox?state=any&type=${type}`;
const typeName = (type: string): string => `${type} ${TYPE_NAMES[type as TicketType] ?? ''}`;

/** Mean time to approve, by type: how long, and who was awaited meanwhile. */
export function TimeToApprove({ metrics, before, trends, labels }: Props) {
  const rows = metrics.time_to_approve;
  const count = approvals(metrics);
  const longest = niceSeconds(Math.max(60, ...trends.approvals.map(({ mean }) => mean ?? 0)));
  return (
    <Metric
      id="time-to-approve"
      title="Mean time to approve"
      figure={meanTime(metrics)}
      was={before && meanTime(before)}
      of={counted(count, 'approval')}
      says="From opening to the vote that filled the last slot; a red flag, to its resolution. The wall clock."
    >
      {count === 0 ? (
        <Nothing>No tickets were approved in this window.</Nothing>
      ) : (
        <>
          <Legend names={['team awaited', 'agent awaited', 'client awaited']} tick="90th percentile" />
          <Bars
            label={`Mean time to approve by ticket type: ${rows.map((row) => `${row.type} ${lasting(row.whole.mean)}`).join(', ')}`}
            bars={rows.map((row) => ({
              name: typeName(row.type),
              text: lasting(row.whole.mean),
              parts: [row.team.mean, row.agent_mean, row.client_mean],
              tick: row.whole.p90,
              more: `${counted(row.count, 'approval')}, median ${lasting(row.whole.p50)}, 90th percentile ${lasting(row.whole.p90)}`,
            }))}
            most={niceSeconds(Math.max(60, ...rows.map(({ whole }) => Math.max(whole.p90, whole.mean))))}
            format={axisTime}
          />
          <Figures
            caption="Time to approve by ticket type"
            head={['Type', 'Approved', 'Mean', 'Median', '90th pct', 'Team', 'Agent', 'Client']}
            rows={rows.map((row) => [
              <a href={ticketsOf(row.type)}>{typeName(row.type)}</a>,
              row.count,
              lasting(row.whole.mean),
              lasting(row.whole.p50),
              lasting(row.whole.p90),
              lasting(row.team.mean),
              row.agent_mean === 0 ? '–' : lasting(row.agent_mean),
              row.client_mean === 0 ? '–' : lasting(row.client_mean),
            ])}
          />
          <h3>Over time, all types</h3>
          <Line
            label="Mean time to approve over time"
            values={trends.approvals.map(({ mean }) => mean)}
            labels={labels}
            most={longest}
            format={axisTime}
            said={lasting}
          />
          <FiguresOverTime
            caption="Mean time to approve over time"
            head={['From', 'Approved', 'Mean']}
            rows={labels.map((name, i) => {
              const { count, mean } = trends.approvals[i]!;
              return [name, count, mean === null ? '–' : lasting(mean)];
            })}
          />
        </>
      )}
    </Metric>
  );
}

const axisTime = (seconds: number): string => (seconds === 0 ? '0' : lasting(seconds));
const approvals = ({ time_to_approve: rows }: OpsMetrics): number => rows.reduce((sum, row) => sum + row.count, 0);

function meanTime(metrics: OpsMetrics): string {
  const count = approvals(metrics);
  if (count === 0) return '–';
  return lasting(metrics.time_to_approve.reduce((sum, row) => sum + row.whole.mean * row.count, 0) / count);
}

/** What went through unattended, over what a human was asked about. */
export function AutoApproved({ metrics: { changes }, before, trends, labels, log }: Props) {
  const all = changes.unattended + changes.reviewed;
  return (
    <Metric
      id="auto-approved"
      title="Changes auto-approved"
      figure={share(changes.auto_approved)}
      was={before && share(before.changes.auto_approved)}
      of={`of ${counted(all, 'change')}`}
      says="Changes of live values that no human was asked about, over those and the A3 tickets opened."
    >
      {all === 0 ? (
        <Nothing>No live value changed in this window, and no change was asked about.</Nothing>
      ) : (
        <>
          <Legend names={['unattended', 'put to a human']} />
          <Columns
            label={`Changes over time: ${changes.unattended} unattended, ${changes.reviewed} put to a human`}
            labels={labels}
            series={[
              { name: 'unattended', values: trends.changes.map(({ unattended }) => unattended) },
              { name: 'put to a human', values: trends.changes.map(({ reviewed }) => reviewed) },
            ]}
            format={whole}
          />
          <Figures
            caption="Changes, unattended and put to a human"
            head={['Changes', 'Count', 'Share']}
            rows={[
              [
                log ? <a href={log('decision.made')}>Unattended</a> : 'Unattended',
                changes.unattended,
                share(changes.auto_approved),
              ],
              [
                <a href={ticketsOf('A3')}>Put to a human (A3)</a>,
                changes.reviewed,
                share(changes.auto_approved === null ? null : 1 - changes.auto_approved),
              ],
            ]}
          />
          <FiguresOverTime
            caption="Changes over time"
            head={['From', 'Unattended', 'Put to a human']}
            rows={labels.map((name, i) => [name, trends.changes[i]!.unattended, trends.changes[i]!.reviewed])}
          />
        </>
      )}
    </Metric>
  );
}

/** What was undone after all. */
export function Rollbacks({ metrics: { rollbacks }, before, log }: Props) {
  const { after_approval, unattended } = rollbacks;
  const rows = [
    ['after a human’s approval', after_approval],
    ['unattended', unattended],
  ] as const;
  return (
    <Metric
      id="rollbacks"
      title="Rolled back after approval"
      figure={share(after_approval.rate)}
      was={before && share(before.rollbacks.after_approval.rate)}
      of={`of ${counted(after_approval.applied, 'approved change set')}`}
      says="Change sets applied in the window and undone since. The unattended ones stand beside, to compare."
    >
      {after_approval.applied + unattended.applied === 0 ? (
        <Nothing>No change set was applied in this window.</Nothing>
      ) : (
        <>
          <Bars
            label={`Rollback rate: ${rows.map(([name, { rate }]) => `${name} ${share(rate)}`).join(', ')}`}
            most={niceShare(Math.max(...rows.map(([, { rate }]) => rate ?? 0)))}
            format={axisShare}
            bars={rows.map(([name, { rate, undone, applied }]) => ({
              name,
              text: share(rate),
              parts: [rate ?? 0],
              more: `${undone} of ${counted(applied, 'change set')} undone`,
            }))}
          />
          <Figures
            caption="Change sets applied and undone"
            head={['Applied', 'Change sets', 'Undone', 'Rate']}
            rows={rows.map(([name, { applied, undone, rate }]) => [
              log ? <a href={log('decision.outcome_reported')}>{name}</a> : name,
              applied,
              undone,
              share(rate),
            ])}
          />
        </>
      )}
    </Metric>
  );
}

/** Manual overrides: the target is that they become fewer. */
export function Overrides({ metrics: { manual_overrides: days }, before }: Props) {
  const rows = days.length > 100 ? weeks(days) : days;
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  const half = Math.floor(rows.length / 2);
  const [first, second] = [rows.slice(0, half), rows.slice(-half || rows.length)].map((part) =>
    part.reduce((sum, row) => sum + row.count, 0),
  ) as [number, number];
  const trend =
    half === 0 || count === 0
      ? ''
      : first === second
        ? `; as many in the second half as in the first (${second})`
        : `; ${second < first ? 'fewer' : 'more'} in the second half (${second}) than in the first (${first})`;
  return (
    <Metric
      id="overrides"
      title="Manual overrides"
      figure={String(count)}
      was={before && String(before.manual_overrides.reduce((sum, row) => sum + row.count, 0))}
      of={`approved${trend}`}
      says="A6 tickets approved, by day in UTC. The target is that they become fewer."
    >
      {count === 0 ? (
        <Nothing>Nobody overrode anything by hand in this window.</Nothing>
      ) : (
        <>
          <Columns
            label={`Manual overrides over time: ${count}${trend}`}
            labels={rows.map(({ day }) => dayName(day))}
            series={[{ name: 'overrides', values: rows.map((row) => row.count) }]}
            format={whole}
          />
          <Figures
            caption="Manual overrides by day, days with any"
            head={['Day', 'Overrides']}
            rows={rows
              .filter((row) => row.count > 0)
              .map((row) => [<a href={ticketsOf('A6')}>{dayName(row.day)}</a>, row.count])}
          />
        </>
      )}
    </Metric>
  );
}

function weeks(days: { day: string; count: number }[]): { day: string; count: number }[] {
  return days
    .filter((_, i) => i % 7 === 0)
    .map(({ day }, n) => ({
      day,
      count: days.slice(n * 7, n * 7 + 7).reduce((sum, row) => sum + row.count, 0),
    }));
}
