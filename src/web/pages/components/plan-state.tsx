import type { PlanLine } from '../../../plans/queries.ts';
import { Badge, type Tone } from './record.tsx';

const TONES: Record<PlanLine['state'], Tone> = { draft: 'wait', approved: 'good', superseded: 'done' };

/** In which state a plan version is, and whether a draft has to be made anew on the plan in force. */
export function PlanState({
  plan,
  approved,
}: {
  plan: Pick<PlanLine, 'state' | 'base_version'>;
  approved: number | null;
}) {
  const stale = plan.state === 'draft' && approved !== null && plan.base_version !== approved;
  return (
    <>
      <Badge tone={TONES[plan.state]}>{plan.state === 'approved' ? 'in force' : plan.state}</Badge>
      {stale && <span class="must">must rebase</span>}
    </>
  );
}
