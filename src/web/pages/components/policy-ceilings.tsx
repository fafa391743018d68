import type { Limit } from '../policy-limits.ts';
import { Word } from './text.tsx';
import { Time } from './time.tsx';
import { fieldName } from './value.tsx';

/** What people call the values of the configuration; its own names stand beside. */
const NAMES: Record<string, string> = {
  '/client_portal/approve_creative_themes': 'The client approves creative themes',
  '/client_portal/reject_replans': 'The client may reject replans',
  '/client_portal/mandate_max_increase_pct': 'A standing permission covers at most, per cent a month',
  '/approval_policy/first_launch_requires_human': 'A first launch needs a human',
  '/approval_policy/auto_approve_optimization_under_pct': 'Changes under so many per cent need nobody',
  '/approval_policy/client_must_approve_budget_increase': 'The client approves budget increases',
  '/approval_policy/vertical_compliance_profile': 'Compliance profile',
  '/loop_policy/qc_correction_max': 'QC corrections, at most',
  '/loop_policy/tool_rounds_max': 'Tool rounds, at most',
  '/loop_policy/orchestrator_retry_max': 'Orchestrator retries, at most',
  '/loop_policy/global_steps_per_run_id_max': 'Steps of a run tree, at most',
  '/loop_policy/runs_per_task_max': 'Runs on a task, at most',
  '/loop_policy/on_exhaustion': 'When a ceiling is reached',
  '/cost_guard_policy/trip_multiplier': 'The Cost Guard trips at, times the estimate',
  '/cost_guard_policy/block_on_trip': 'A trip blocks the run',
  '/cost_guard_policy/agent_estimate_max_usd_cents': 'An agent’s own estimate, at most, in US cents',
  '/qc_threshold_policy/success_floor': 'Success floor of QC',
  '/qc_threshold_policy/window_hours': 'Window of the floor, in hours',
  '/qc_threshold_policy/min_sample_global': 'Results before the floor counts',
  '/qc_threshold_policy/review_in_alert': 'What is in alert goes to a human first',
  '/sla_policy/calendar': 'Calendar of the answer times',
  '/sla_policy/targets': 'Answer times of its own',
};

/** What the tenant may change, what holds for it now, and whose value that is. */
export function Ceilings({
  limits,
  version,
  since,
  by,
}: {
  limits: Limit[];
  version: number;
  since: string;
  by: string;
}) {
  const caption = 'Values of the configuration, their bounds, and whose value holds';
  return (
    <section class="block" id="limits" aria-labelledby="limits-title">
      <h2 id="limits-title">What this tenant may change</h2>
      <p class="muted">
        A tenant may be stricter than policy, not looser; a looser configuration is refused when it is saved. Version{' '}
        {version}, by <Word>{by}</Word>, <Time at={since} />.
      </p>
      <div class="scroll" tabindex={0} role="region" aria-label={caption}>
        <table class="lined">
          <caption>{caption}</caption>
          <thead>
            <tr>
              <th scope="col">Value</th>
              <th scope="col">Policy’s bound</th>
              <th scope="col">In force</th>
              <th scope="col">Whose</th>
            </tr>
          </thead>
          <tbody>
            {limits.map((limit) => (
              <tr>
                <th scope="row">
                  {NAMES[limit.field] ?? fieldName(`/${limit.field.split('/')[2]}`)}
                  <br />
                  <code class="rule">{limit.field}</code>
                  {limit.description && <p class="muted small">{limit.description}</p>}
                </th>
                <td>{limit.bound ?? <span class="muted">none: the tenant’s choice</span>}</td>
                <td>
                  <Setting value={limit.effective} />
                </td>
                <td>
                  <Whose limit={limit} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Whose({ limit: { whose, looser, value } }: { limit: Limit }) {
  if (looser)
    return (
      <span class="whose whose-bad">
        policy’s: the tenant’s <Setting value={value} /> is looser
      </span>
    );
  if (whose === 'tenant') return <span class="whose whose-tenant">the tenant’s, stricter</span>;
  if (whose === 'policy') return <span class="whose">policy’s{value === undefined ? ', not set here' : ''}</span>;
  return <span class="whose">{value === undefined ? 'policy’s default' : 'the tenant’s'}</span>;
}

function Setting({ value }: { value: unknown }) {
  if (value === undefined) return <span class="absent">not set</span>;
  if (typeof value === 'boolean') return <strong>{value ? 'yes' : 'no'}</strong>;
  if (typeof value === 'object') return <code class="foreign small">{JSON.stringify(value)}</code>;
  return (
    <strong>
      <Word>{String(value)}</Word>
    </strong>
  );
}
