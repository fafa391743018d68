import type { RunRow } from '../../../runs/tables.ts';
import type { RunPage } from '../run-data.ts';
import { Badge, Grid } from './record.tsx';
import { Prose, Word } from './text.tsx';
import { Time } from './time.tsx';

/** The runs of a tree under those that started them. */
export function Tree({ page: { tree, run, steps } }: { page: RunPage }) {
  const counts = new Map<string, number>();
  for (const step of steps) counts.set(step.run_id, (counts.get(step.run_id) ?? 0) + 1);
  const under = (parent: string | null): RunRow[] => tree.filter((one) => one.parent_run_id === parent);
  const branch = (rows: RunRow[]) => (
    <ul class="tree">
      {rows.map((one) => (
        <li>
          <span class="tree-run" aria-current={one.run_id === run.run_id ? 'true' : undefined}>
            <a href={`/runs/${encodeURIComponent(one.run_id)}`}>
              <Word>{one.run_id}</Word>
            </a>
            <span class="muted">
              <Word>{one.task_id}</Word> · <Word>{one.agent}</Word> · {stepsText(counts.get(one.run_id) ?? 0)}
            </span>
          </span>
          {one.children > 0 && branch(under(one.run_id))}
        </li>
      ))}
    </ul>
  );
  return branch(under(null));
}

function stepsText(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`;
}

const KINDS: Record<string, string> = {
  qc_correction: 'QC correction',
  tool_round: 'tool round',
  orchestrator_retry: 'orchestrator retry',
  step: 'step',
};

export function Steps({ page: { steps, run, tree } }: { page: RunPage }) {
  if (steps.length === 0) return <p class="muted">No step was admitted yet.</p>;
  return (
    <Grid
      caption="Steps that were admitted"
      head={['Step', ...(tree.length > 1 ? ['Run'] : []), 'Kind', 'Cause', 'Epoch', 'Decision', 'At']}
    >
      {steps.map((step) => (
        <tr>
          <th scope="row">
            <Word>{step.step_id}</Word>
          </th>
          {tree.length > 1 && (
            <td>
              {step.run_id === run.run_id ? (
                'this run'
              ) : (
                <a href={`/runs/${encodeURIComponent(step.run_id)}`}>
                  <Word>{step.run_id}</Word>
                </a>
              )}
            </td>
          )}
          <td>{KINDS[step.kind] ?? step.kind}</td>
          <td class="wide-cell">
            {step.cause_code === null ? <span class="muted">none given</span> : <Word>{step.cause_code}</Word>}
            {step.cause_detail !== null && (
              <span class="sub">
                <Prose>{step.cause_detail}</Prose>
              </span>
            )}
          </td>
          <td class="number">{step.epoch}</td>
          <td>
            <code>D-{step.decision_seq}</code>
          </td>
          <td>
            <Time at={step.at} form="short" />
          </td>
        </tr>
      ))}
    </Grid>
  );
}

/** Checks of the tree's work, and how deep its correction loops went. */
export function Quality({ page: { quality } }: { page: RunPage }) {
  const { results, loops } = quality;
  if (results.length + loops.length === 0) return <p class="muted">Nothing of this run tree was checked yet.</p>;
  const passed = results.filter(({ pass }) => pass).length;
  return (
    <>
      {results.length > 0 && (
        <>
          <p>
            {passed} of {results.length} checks passed.
          </p>
          <Grid caption="Checks, the newest first" head={['Check', 'Result', 'Failure codes', 'Run', 'Task', 'At']}>
            {results.map((one) => (
              <tr>
                <th scope="row">
                  <Word>{one.result_id}</Word>
                </th>
                <td>
                  <Badge tone={one.pass ? 'good' : 'bad'}>{one.pass ? 'passed' : 'failed'}</Badge>
                </td>
                <td>
                  {one.failure_codes.length === 0 ? (
                    <span class="muted">none</span>
                  ) : (
                    <Word>{one.failure_codes.join(', ')}</Word>
                  )}
                </td>
                <td>
                  <Word>{one.run_id}</Word>
                </td>
                <td>
                  <Word>{one.task_id}</Word>
                </td>
                <td>
                  <Time at={one.at} form="short" />
                </td>
              </tr>
            ))}
          </Grid>
        </>
      )}
      {loops.length > 0 && (
        <Grid
          caption="Correction loops, the newest first"
          head={['Loop', 'Depth', 'Causes', 'Tokens', 'Ended', 'Run', 'At']}
        >
          {loops.map((one) => (
            <tr>
              <th scope="row">
                <Word>{one.loop_id}</Word>
              </th>
              <td class="number">{one.depth}</td>
              <td>
                {one.causes.length === 0 ? <span class="muted">none given</span> : <Word>{one.causes.join(', ')}</Word>}
              </td>
              <td class="number">{one.tokens.toLocaleString('en')}</td>
              <td>{one.resolved ? 'resolved' : 'unresolved'}</td>
              <td>
                <Word>{one.run_id}</Word>
              </td>
              <td>
                <Time at={one.at} form="short" />
              </td>
            </tr>
          ))}
        </Grid>
      )}
    </>
  );
}
