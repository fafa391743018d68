import type { Problem } from '../../../contract/problem.ts';
import type { Conflict } from '../../../plans/merge.ts';
import type { Frame } from '../frame.ts';
import { Csrf } from '../layout.tsx';
import type { PlanPage } from '../plan-data.ts';
import { Locked } from './record.tsx';
import { Notice } from './states.tsx';
import { Prose, Word } from './text.tsx';
import { Value, fieldName } from './value.tsx';

const SHOWN_MAX = 20;

/** Why a deed on a plan was refused, and what stands in its way. */
export function Refused({ problem }: { problem: Problem }) {
  const unmapped = (problem.extra['unmapped'] ?? []) as {
    change_set_id: string;
    campaign_id: string;
    field: string;
    because: string;
  }[];
  return (
    <Notice tone="bad" title={TITLES[problem.code] ?? 'Nothing was drafted.'}>
      {unmapped.length === 0 ? (
        <Prose>{problem.message}</Prose>
      ) : (
        <ul class="sentences">
          {unmapped.slice(0, SHOWN_MAX).map((one) => (
            <li>
              <a href={`/change-sets/${encodeURIComponent(one.change_set_id)}`}>
                <Word>{one.change_set_id}</Word>
              </a>
              , <Word>{fieldName(`/${one.field}`)}</Word> of{' '}
              <a href={`/campaigns/${encodeURIComponent(one.campaign_id)}`}>
                <Word>{one.campaign_id}</Word>
              </a>
              : <Word>{one.because}</Word>.
            </li>
          ))}
          {unmapped.length > SHOWN_MAX && <li>and {unmapped.length - SHOWN_MAX} more</li>}
        </ul>
      )}
    </Notice>
  );
}

const TITLES: Record<string, string | undefined> = {
  'plan.no_drift': 'There is nothing to take into a plan.',
  'plan.unmapped': 'Some changes stand for no flight of the plan, so nothing was drafted.',
  'plan.not_approved': 'Another plan is in force by now.',
  'plan.base_moved': 'Another plan was approved meanwhile.',
  'plan.rebase_conflict': 'Both plans changed the same thing. Say which side holds.',
};

/** A draft whose base is no longer in force: what was approved meanwhile, and the way on. */
export function Rebase({ page: { plan, approved, baseChanges, mayWrite }, frame }: { page: PlanPage; frame: Frame }) {
  return (
    <Notice tone="wait" title={`This draft must be rebased: plan ${approved} is in force by now.`}>
      {baseChanges ? (
        <>
          <p>
            It was made from plan {plan.base_version}. Since then{' '}
            <a href={`/plans/${approved}?against=${plan.base_version}#difference`}>plan {approved}</a> changed:
          </p>
          <ul class="sentences">
            {baseChanges.summary.slice(0, SHOWN_MAX).map((sentence) => (
              <li>
                <Prose>{sentence}</Prose>
              </li>
            ))}
          </ul>
          {mayWrite ? (
            <form method="post" action={`/plans/${plan.version}/rebase`}>
              <Csrf frame={frame} />
              <input type="hidden" name="onto" value={String(approved)} />
              <button type="submit">Rebase onto plan {approved}</button>
            </form>
          ) : (
            <Locked>Policy lets planners and admins write plans; your roles are others.</Locked>
          )}
        </>
      ) : (
        <p>
          It is a first plan, and there is one already: it has to be registered again, as a replan of plan {approved}.
        </p>
      )}
    </Notice>
  );
}

/** What both sides changed, to choose from. */
export function Conflicts({
  page: { plan, approved },
  frame,
  problem,
}: {
  page: PlanPage;
  frame: Frame;
  problem: Problem;
}) {
  const conflicts = (problem.extra['conflicts'] ?? []) as Conflict[];
  if (conflicts.length === 0) return null;
  const { currency } = plan.payload;
  return (
    <form class="conflicts" method="post" action={`/plans/${plan.version}/rebase`}>
      <Csrf frame={frame} />
      <input type="hidden" name="onto" value={String(approved)} />
      {conflicts.map(({ pointer, base, theirs, mine }) => (
        <fieldset>
          <legend>
            <Word>{fieldName(pointer)}</Word>{' '}
            <span class="muted">
              was <Value path={pointer} value={base} currency={currency} />
            </span>
          </legend>
          <label class="check">
            <input type="radio" name={`take:${pointer}`} value="theirs" required />
            <span>
              plan {approved}: <Value path={pointer} value={theirs} currency={currency} />
            </span>
          </label>
          <label class="check">
            <input type="radio" name={`take:${pointer}`} value="mine" required />
            <span>
              this draft: <Value path={pointer} value={mine} currency={currency} />
            </span>
          </label>
        </fieldset>
      ))}
      <button type="submit">Rebase with these choices</button>
    </form>
  );
}
