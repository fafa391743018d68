import { Hono } from 'hono';
import type { Step } from '../../metrics/trends.ts';
import { currentTenant } from '../../tenants/tenants.ts';
import type { Deps } from '../context.ts';
import { visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { auditUrl } from './audit-query.ts';
import { Patterns } from './components/chart.tsx';
import {
  Calibration,
  CorrectionLoops,
  ExhaustedLoops,
  FailureCodes,
  FirstPass,
  Spend,
  SuccessFloor,
} from './components/insights-quality.tsx';
import { AutoApproved, Overrides, Rollbacks, TimeToApprove } from './components/insights-work.tsx';
import { dayName } from './components/metric.tsx';
import { Time } from './components/time.tsx';
import { frameOf } from './frame.ts';
import { createCounts } from './insights-counts.ts';
import {
  type InsightsQuery,
  type Shown,
  WINDOWS,
  insightsUrl,
  readInsights,
  shownBy,
  timeBefore,
} from './insights-query.ts';
import { Layout } from './layout.tsx';

/** What the numbers say, as pictures with their figures beneath: docs/metrics.md says what each is. */
export function insightsPages(deps: Deps, site: Site): Hono {
  const counts = createCounts(deps.sql);
  return new Hono().get('/', async (context) => {
    const query = readInsights(context);
    const { visitor, result } = await visitInside(
      deps,
      site,
      context,
      'metrics.read',
      (tx) => currentTenant(tx).config,
    );
    const shown = shownBy(query, deps.clock());
    const [frame, { metrics, trends }, earlier] = await Promise.all([
      frameOf(deps, site, context, visitor),
      counts(visitor.tenant, shown),
      query.compare ? counts(visitor.tenant, timeBefore(shown)) : null,
    ]);
    const before = earlier && earlier.metrics;
    const reads = deps.policy.access({ caller: visitor.caller, operation: 'audit.read' }).effect === 'allow';
    const [since, until] = [shown.from.slice(0, 10), new Date(Date.parse(shown.to) - 1).toISOString().slice(0, 10)];
    const log = reads ? (action: string) => auditUrl({ action, since, until }) : null;
    const work = { metrics, before, trends, labels: trends.starts.map((start) => bucketName(start, shown.step)), log };
    const quality = { ...work, query, floor: result.config.qc_threshold_policy.success_floor };
    return context.html(
      <Layout frame={frame} title="Metrics" section="Metrics" extra={['ops.css']}>
        <div class="page">
          <header class="page-head">
            <h1>Metrics</h1>
            <p class="muted">
              From <Time at={shown.from} /> to <Time at={shown.to} />
              {query.compare && (
                <>
                  , beside the time before, from <Time at={timeBefore(shown).from} />
                </>
              )}
              . Days in UTC.
            </p>
          </header>
          <Choices query={query} shown={shown} />
          <Patterns />
          <div class="metrics">
            <TimeToApprove {...work} />
            <FirstPass {...quality} />
          </div>
          <div class="metrics-narrow">
            <AutoApproved {...work} />
            <Rollbacks {...work} />
            <FailureCodes {...quality} />
            <CorrectionLoops {...quality} />
            <ExhaustedLoops {...quality} />
            <SuccessFloor {...quality} />
            <Overrides {...work} />
            <Calibration {...quality} />
            <Spend {...quality} />
          </div>
        </div>
      </Layout>,
    );
  });
}

function Choices({ query, shown }: { query: InsightsQuery; shown: Shown }) {
  return (
    <div class="choices">
      <nav class="views" aria-label="Window">
        <ul>
          {Object.entries(WINDOWS).map(([window, days]) => (
            <li>
              <a
                href={insightsUrl(query, { window: window as keyof typeof WINDOWS, step: null })}
                aria-current={query.window === window ? 'true' : undefined}
              >
                {days === 1 ? '24 hours' : `${days} days`}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {shown.steps.length > 1 && (
        <nav class="views" aria-label="Over time">
          <ul>
            {shown.steps.map((step) => (
              <li>
                <a href={insightsUrl(query, { step })} aria-current={step === shown.step ? 'true' : undefined}>
                  by {step}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <a
        class="compare"
        href={insightsUrl(query, { compare: !query.compare })}
        aria-current={query.compare ? 'true' : undefined}
      >
        {query.compare ? 'Without the time before' : 'Compare with the time before'}
      </a>
      <details class="filters" open={query.window === null}>
        <summary id="filters">Other days</summary>
        <form class="search" method="get" action="/insights">
          {query.compare && <input type="hidden" name="compare" value="yes" />}
          {query.grain !== 'main_task' && <input type="hidden" name="grain" value={query.grain} />}
          <label class="field">
            <span>From day (UTC)</span>
            <input type="date" name="since" value={query.since ?? shown.from.slice(0, 10)} required />
          </label>
          <label class="field">
            <span>To day, included</span>
            <input type="date" name="until" value={query.until ?? shown.to.slice(0, 10)} required />
          </label>
          <p class="search-actions">
            <button type="submit">Show</button>
          </p>
        </form>
      </details>
    </div>
  );
}

/** In UTC, as the buckets are. */
function bucketName(start: string, step: Step): string {
  return step === 'hour' ? `${dayName(start)} ${start.slice(11, 16)}` : dayName(start);
}
