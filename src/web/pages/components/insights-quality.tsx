import type { OpsMetrics } from '../../../metrics/ops.ts';
import type { OpsTrends } from '../../../metrics/trends.ts';
import { type Grain, GRAINS, type InsightsQuery, insightsUrl } from '../insights-query.ts';
import { Bars } from './bars.tsx';
import { Line } from './chart.tsx';
import {
  Figures,
  FiguresOverTime,
  Metric,
  Nothing,
  axisShare,
  counted,
  dollars,
  lasting,
  share,
  whole as wholeNumber,
} from './metric.tsx';
import { niceMax, niceShare } from './scale.ts';
import { Word } from './text.tsx';

interface Props {
  metrics: OpsMetrics;
  /** The window before, to compare; null: not asked for. */
  before: OpsMetrics | null;
  trends: OpsTrends;
  labels: string[];
  query: InsightsQuery;
  /** The tenant's success floor. */
  floor: number;
  log: ((action: string) => string) | null;
}

const GRAIN_NAMES: Record<string, string> = { main_task: 'main task', agent: 'agent', model: 'model', task: 'task' };
const grainName = (grain: string): string => GRAIN_NAMES[grain] ?? grain.replaceAll('_', ' ');
/** Bars that a picture has room for; the table has all. */
const BARS_MAX = 12;

/** How often the first try is good, by what did it. */
export function FirstPass({ metrics, before, trends, labels, query, floor, log }: Props) {
  const { rows, results, rate } = firstPassBy(metrics, query.grain);
  const worst = rows.slice(0, BARS_MAX);
  const mark = { at: floor, name: `floor ${share(floor).replace('.0', '')}` };
  return (
    <Metric
      id="first-pass"
      title="QC first-pass rate"
      figure={share(rate)}
      was={before && share(firstPassBy(before, query.grain).rate)}
      of={`of ${counted(results, 'first result')}`}
      says="First QC results of a task in a run that passed."
    >
      <nav class="grains" aria-label="Grain">
        {GRAINS.map((grain: Grain) => (
          <a
            href={`${insightsUrl(query, { grain })}#first-pass`}
            aria-current={grain === query.grain ? 'true' : undefined}
          >
            by {grainName(grain)}
          </a>
        ))}
      </nav>
      {results === 0 ? (
        <Nothing>No QC results were reported in this window.</Nothing>
      ) : (
        <>
          <Bars
            label={`First-pass rate by ${grainName(query.grain)}, the lowest first: ${worst.map((row) => `${row.name} ${share(row.rate)}`).join(', ')}`}
            most={1}
            mark={mark}
            format={axisShare}
            bars={worst.map((row) => ({
              name: row.name,
              text: share(row.rate),
              parts: [row.rate ?? 0],
              more: `${row.passed} of ${counted(row.results, 'first result')} passed`,
            }))}
          />
          <Figures
            caption={`First-pass rate by ${grainName(query.grain)}`}
            head={[grainName(query.grain), 'First results', 'Passed', 'Rate', 'Floor']}
            rows={rows.map((row) => [
              <RunsOf name={row.name} />,
              row.results,
              row.passed,
              share(row.rate),
              (row.rate ?? 1) < floor ? 'under' : 'held',
            ])}
          />
          <h3>Over time</h3>
          <Line
            label="First-pass rate over time"
            values={trends.first_pass.map(({ rate }) => rate)}
            labels={labels}
            mark={mark}
            most={1}
            format={axisShare}
            said={share}
          />
          <FiguresOverTime
            caption="First-pass rate over time"
            head={['From', 'First results', 'Passed', 'Rate']}
            rows={labels.map((name, i) => {
              const { results, passed, rate } = trends.first_pass[i]!;
              return [name, results, passed, share(rate)];
            })}
          />
          {log && <a href={log('qc.result_recorded')}>The results in the log</a>}
        </>
      )}
    </Metric>
  );
}

/** The rows of a grain, the lowest rate first, and the rate of all of them. */
function firstPassBy({ first_pass }: OpsMetrics, by: Grain) {
  const rows = first_pass.filter(({ grain }) => grain === by).sort((a, b) => (a.rate ?? 1) - (b.rate ?? 1));
  const results = rows.reduce((sum, row) => sum + row.results, 0);
  const passed = rows.reduce((sum, row) => sum + row.passed, 0);
  return { rows, results, rate: results === 0 ? null : passed / results };
}

/** A name that agents gave, leading to its runs. */
function RunsOf({ name }: { name: string }) {
  return (
    <a href={`/runs?find=${encodeURIComponent(name.slice(0, 200))}`}>
      <Word>{name}</Word>
    </a>
  );
}

/** What QC finds wrong most. */
export function FailureCodes({ metrics: { failure_codes: rows }, before, log }: Props) {
  return (
    <Metric
      id="failure-codes"
      title="Top failure codes"
      figure={rows[0]?.code ?? '–'}
      was={before && (before.failure_codes[0]?.code ?? '–')}
      of={rows[0] ? `in ${counted(rows[0].results, 'result')}` : ''}
      says="How many failed QC results gave a code."
    >
      {rows.length === 0 ? (
        <Nothing>No QC result failed in this window.</Nothing>
      ) : (
        <>
          <Bars
            label={`Failed QC results by code: ${rows
              .slice(0, BARS_MAX)
              .map((row) => `${row.code} ${row.results}`)
              .join(', ')}`}
            bars={rows.slice(0, BARS_MAX).map((row) => ({
              name: row.code,
              text: String(row.results),
              parts: [row.results],
              more: `in ${counted(row.runs, 'run')}`,
            }))}
            most={niceMax(Math.max(1, ...rows.map((row) => row.results)))}
            format={wholeNumber}
          />
          <Figures
            caption="Failed QC results by code"
            head={['Code', 'Results', 'Runs']}
            rows={rows.map((row) => [<Word>{row.code}</Word>, row.results, row.runs])}
          />
          {log && <a href={log('qc.result_recorded')}>The results in the log</a>}
        </>
      )}
    </Metric>
  );
}

/** How deep corrections go. */
export function CorrectionLoops({ metrics: { correction_loops: loops }, before, log }: Props) {
  const depth = loops.depth;
  const rows = depth
    ? ([
        ['mean', depth.mean],
        ['median', depth.p50],
        ['90th percentile', depth.p90],
        ['deepest', loops.deepest],
      ] as const)
    : [];
  const shown = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 });
  return (
    <Metric
      id="correction-loops"
      title="Correction-loop depth"
      figure={depth ? shown(depth.mean) : '–'}
      was={before && (before.correction_loops.depth ? shown(before.correction_loops.depth.mean) : '–')}
      of={depth ? `rounds on average; ${loops.resolved} of ${counted(loops.loops, 'loop')} resolved` : ''}
      says="How many rounds of correction a loop took, resolved or not."
    >
      {rows.length === 0 ? (
        <Nothing>No correction loops were reported in this window.</Nothing>
      ) : (
        <>
          <Bars
            label={`Rounds of correction: ${rows.map(([name, value]) => `${name} ${shown(value)}`).join(', ')}`}
            bars={rows.map(([name, value]) => ({ name, text: shown(value), parts: [value] }))}
            most={niceMax(Math.max(1, loops.deepest ?? 1))}
            format={wholeNumber}
          />
          <Figures
            caption="Rounds of correction"
            head={['Depth', 'Rounds']}
            rows={rows.map(([name, value]) => [name, shown(value)])}
          />
          {log && <a href={log('qc.loop_recorded')}>The loops in the log</a>}
        </>
      )}
    </Metric>
  );
}

/** A8s, and which failures go with them. */
export function ExhaustedLoops({ metrics: { exhausted_loops: whole }, before, trends, labels }: Props) {
  const codes = whole.by_failure_code;
  const rates = trends.exhaustion.map(({ trees, exhausted }) => (trees === 0 ? null : exhausted / trees));
  return (
    <Metric
      id="exhausted"
      title="Runs that ended in an A8"
      figure={share(whole.rate)}
      was={before && share(before.exhausted_loops.rate)}
      of={`of ${counted(whole.trees, 'run tree')}`}
      says="And by failure code: of the run trees in which QC gave it, how many ended in an A8. A tree counts under each of its codes."
    >
      {whole.trees === 0 ? (
        <Nothing>No runs began in this window.</Nothing>
      ) : (
        <>
          <Line
            label="Share of run trees that ended in an A8, over time"
            values={rates}
            labels={labels}
            most={niceShare(Math.max(...rates.map((rate) => rate ?? 0)))}
            format={axisShare}
            said={share}
          />
          <FiguresOverTime
            caption="Run trees over time"
            head={['From', 'Run trees', 'Ended in an A8']}
            rows={labels.map((name, i) => [name, trends.exhaustion[i]!.trees, trends.exhaustion[i]!.exhausted])}
          />
          <h3>By failure code</h3>
          {codes.length === 0 ? (
            <Nothing>QC found no failure in these runs.</Nothing>
          ) : (
            <>
              <Bars
                label={`Share that ended in an A8 by failure code: ${codes
                  .slice(0, BARS_MAX)
                  .map((row) => `${row.code} ${share(row.rate)}`)
                  .join(', ')}`}
                most={niceShare(Math.max(...codes.map((row) => row.rate ?? 0)))}
                format={axisShare}
                mark={{ at: whole.rate ?? 0, name: `all ${share(whole.rate)}` }}
                bars={codes.slice(0, BARS_MAX).map((row) => ({
                  name: row.code,
                  text: share(row.rate),
                  parts: [row.rate ?? 0],
                  more: `${row.exhausted} of ${counted(row.trees, 'run tree')}`,
                }))}
              />
              <Figures
                caption="Run trees by failure code"
                head={['Code', 'Run trees', 'Ended in an A8', 'Rate']}
                rows={codes.map((row) => [<Word>{row.code}</Word>, row.trees, row.exhausted, share(row.rate)])}
              />
            </>
          )}
          <a href="/inbox?state=any&type=A8">The A8 tickets</a>
        </>
      )}
    </Metric>
  );
}

/** Grains under the success floor now, and how alerts went. */
export function SuccessFloor({ metrics: { success_floor: whole }, floor, log }: Omit<Props, 'before'>) {
  const grains = whole.grains.reduce((sum, row) => sum + row.grains, 0);
  const under = whole.grains.reduce((sum, row) => sum + row.under_floor, 0);
  return (
    <Metric
      id="floor"
      title={`Grains under the ${share(floor).replace('.0', '')} floor`}
      figure={share(grains === 0 ? null : under / grains)}
      of={`of ${counted(grains, 'grain')}, now`}
      says={`In this window ${counted(whole.raised, 'alert was', 'alerts were')} raised and ${whole.recovered} ended.`}
    >
      {grains === 0 ? (
        <Nothing>QC has measured no task, agent or model yet.</Nothing>
      ) : (
        <>
          <Bars
            label={`Grains in alert: ${whole.grains.map((row) => `${grainName(row.grain)} ${share(row.share)}`).join(', ')}`}
            most={niceShare(Math.max(...whole.grains.map((row) => row.share ?? 0)))}
            format={axisShare}
            bars={whole.grains.map((row) => ({
              name: grainName(row.grain),
              text: `${row.under_floor} of ${row.grains}`,
              parts: [row.share ?? 0],
            }))}
          />
          <Figures
            caption="Grains under the floor now"
            head={['Grain', 'Measured', 'Under the floor', 'Share']}
            rows={whole.grains.map((row) => [grainName(row.grain), row.grains, row.under_floor, share(row.share)])}
          />
          <Figures
            caption="Alerts in this window"
            head={['Alerts', 'Count', 'Mean', 'Median', '90th pct']}
            rows={[
              [
                log && whole.raised > 0 ? <a href={log('qc.alert_raised')}>Raised</a> : 'Raised',
                whole.raised,
                '',
                '',
                '',
              ],
              [
                log && whole.recovered > 0 ? (
                  <a href={log('qc.alert_recovered')}>Time to recovery</a>
                ) : (
                  'Time to recovery'
                ),
                whole.recovered,
                ...(['mean', 'p50', 'p90'] as const).map((name) =>
                  whole.recovery ? lasting(whole.recovery[name]) : '–',
                ),
              ],
            ]}
          />
          {log && <a href={log('qc.result_recorded')}>The results in the log</a>}
        </>
      )}
    </Metric>
  );
}

/** How far estimates were from what was spent. */
export function Calibration({ metrics: { calibration: rows }, before }: Props) {
  const { spent, estimated, figure } = calibrated(rows);
  return (
    <Metric
      id="calibration"
      title="Spent over estimated"
      figure={figure}
      was={before && calibrated(before.calibration).figure}
      of={estimated === 0n ? '' : `${dollars(String(spent))} of ${dollars(String(estimated))}`}
      says="Of the runs begun in the window that had an estimate. The Cost Guard trips a run at the tenant’s multiple."
    >
      {rows.length === 0 ? (
        <Nothing>No run with an estimate began in this window.</Nothing>
      ) : (
        <>
          <Bars
            label={`Spent over estimated: ${rows
              .slice(0, BARS_MAX)
              .map((row) => `${row.main_task_id} on ${row.model} ${times(row.actual_over_estimate)}`)
              .join(', ')}`}
            most={niceMax(Math.max(2, ...rows.map((row) => row.actual_over_estimate)))}
            format={(value) => `${Number(value.toFixed(2))} ×`}
            mark={{ at: 1, name: 'as estimated' }}
            bars={rows.slice(0, BARS_MAX).map((row) => ({
              name: `${row.main_task_id} · ${row.model}`,
              text: times(row.actual_over_estimate),
              parts: [row.actual_over_estimate],
              more: `${dollars(row.spent_pico_usd)} of ${dollars(row.estimated_pico_usd)} in ${counted(row.trees, 'run tree')}`,
            }))}
          />
          <Figures
            caption="Spent over estimated by main task and model"
            head={['Main task, model', 'Run trees', 'Estimated', 'Spent', 'Ratio']}
            rows={rows.map((row) => [
              <>
                <RunsOf name={row.main_task_id} /> · <Word>{row.model}</Word>
              </>,
              row.trees,
              dollars(row.estimated_pico_usd),
              dollars(row.spent_pico_usd),
              times(row.actual_over_estimate),
            ])}
          />
          <a href="/inbox?state=any&type=A9">The A9 tickets</a>
        </>
      )}
    </Metric>
  );
}

const times = (value: number): string => `${value.toFixed(2)} ×`;

function calibrated(rows: OpsMetrics['calibration']) {
  const total = (name: 'spent_pico_usd' | 'estimated_pico_usd') =>
    rows.reduce((sum, row) => sum + BigInt(row[name]), 0n);
  const [spent, estimated] = [total('spent_pico_usd'), total('estimated_pico_usd')];
  return { spent, estimated, figure: estimated === 0n ? '–' : times(Number((spent * 1000n) / estimated) / 1000) };
}

/** What corrections cost, and what no account has yet. */
export function Spend({ metrics: { correction_spend: rows, unaccounted }, before }: Props) {
  const spentOn = (all: typeof rows) => dollars(String(all.reduce((sum, row) => sum + BigInt(row.pico_usd), 0n)));
  return (
    <Metric
      id="correction-spend"
      title="Spent on corrections"
      figure={spentOn(rows)}
      was={before && spentOn(before.correction_spend)}
      of={counted(
        rows.reduce((sum, row) => sum + row.charges, 0),
        'charge',
      )}
      says="Charged after a QC correction began and before the run’s next step, by the failure that caused it."
    >
      {rows.length === 0 ? (
        <Nothing>No correction was charged for in this window.</Nothing>
      ) : (
        <>
          <Bars
            label={`Spent on corrections by failure code: ${rows
              .slice(0, BARS_MAX)
              .map((row) => `${row.code} ${dollars(row.pico_usd)}`)
              .join(', ')}`}
            bars={rows.slice(0, BARS_MAX).map((row) => ({
              name: row.code,
              text: dollars(row.pico_usd),
              parts: [Number(BigInt(row.pico_usd) / 1_000_000n)],
              more: counted(row.charges, 'charge'),
            }))}
            most={niceMax(Math.max(1, ...rows.map((row) => Number(BigInt(row.pico_usd) / 1_000_000n))))}
            format={(micro) => (micro === 0 ? '$0' : dollars(String(BigInt(Math.round(micro)) * 1_000_000n)))}
          />
          <Figures
            caption="Spent on corrections by failure code"
            head={['Code', 'Charges', 'Spent']}
            rows={rows.map((row) => [<Word>{row.code}</Word>, row.charges, dollars(row.pico_usd)])}
          />
          <a href="/runs">The runs, with their charges</a>
        </>
      )}
      <h3>Not accounted for yet</h3>
      <Figures
        caption="Not accounted for now"
        head={['Now', 'Figure']}
        rows={[
          ['Reserved by holds', dollars(unaccounted.held_pico_usd)],
          ['Uncertain', dollars(unaccounted.uncertain_pico_usd)],
          ['Reports without a price', String(unaccounted.unpriced_reports)],
        ]}
      />
    </Metric>
  );
}
