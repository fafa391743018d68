import type { Run } from '../../../contract/types.ts';
import { Badge, Grid } from './record.tsx';

const NAMES: Record<keyof Run['counters'], string> = {
  qc_correction: 'QC corrections',
  tool_round: 'Tool rounds',
  orchestrator_retry: 'Orchestrator retries',
  global: 'Steps of the whole tree',
  task_runs: 'Runs on the task',
};

/** What is left of each ceiling, and whose ceiling it is. */
export function Ceilings({ counters }: { counters: Run['counters'] }) {
  return (
    <Grid caption="Ceilings" head={['Ceiling', 'Used', 'Of', 'Left', '', 'Whose', 'Granted by people']}>
      {(['qc_correction', 'tool_round', 'orchestrator_retry', 'global', 'task_runs'] as const).map((kind) => {
        const one = counters[kind];
        return one === undefined ? null : (
          <tr>
            <th scope="row">{NAMES[kind]}</th>
            <td class="number">{one.used}</td>
            <td class="number">{one.ceiling}</td>
            <td class="number">{one.left === 0 ? <Badge tone="bad">none left</Badge> : one.left}</td>
            <td>
              <Meter part={one.used} of={one.ceiling} />
            </td>
            <td>
              {one.source === 'tenant' ? 'the tenant’s own' : 'policy’s'}
              {one.source === 'tenant' && <span class="sub">policy would let {one.hard_ceiling}</span>}
            </td>
            <td class="number">{one.granted === 0 ? <span class="muted">none</span> : one.granted}</td>
          </tr>
        );
      })}
    </Grid>
  );
}

/** A part of a whole as a bar; the numbers are beside it. `mark`: a place on it that counts. */
export function Meter({ part, of, mark }: { part: number; of: number; mark?: number }) {
  const percent = (value: number) => `${Math.round(Math.min(Math.max(of === 0 ? 1 : value / of, 0), 1) * 1000) / 10}%`;
  return (
    <svg
      class={part >= of ? 'meter meter-full' : 'meter'}
      width="100%"
      height="10"
      aria-hidden="true"
      focusable="false"
    >
      <rect class="meter-all" width="100%" height="10" rx="3" />
      {part > 0 && <rect class="meter-part" width={percent(part)} height="10" rx="3" />}
      {mark !== undefined && <line class="meter-mark" x1={percent(mark)} x2={percent(mark)} y1="0" y2="10" />}
    </svg>
  );
}
