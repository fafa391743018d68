import type { Problem } from '../../contract/problem.ts';
import { flightsTotal } from '../../plans/payload.ts';
import { Comparison } from './components/comparison.tsx';
import { FlightTable, FlightTimeline } from './components/flights.tsx';
import { RawJson } from './components/json.tsx';
import { Part } from './components/part.tsx';
import { PlanState } from './components/plan-state.tsx';
import { Conflicts, Rebase, Refused } from './components/plan-forms.tsx';
import { Badge, Choice, Fact, Facts, Head, Locked, Money } from './components/record.tsx';
import { Notice } from './components/states.tsx';
import { Prose, Word } from './components/text.tsx';
import { Time } from './components/time.tsx';
import type { Frame } from './frame.ts';
import { Csrf } from './layout.tsx';
import type { PlanPage } from './plan-data.ts';

const DONE: Record<string, string | undefined> = {
  revised:
    'A revision was drafted from what was changed on the platforms. An agent or planner has to ask for its approval.',
  rebased: 'The draft was made anew on the plan in force.',
};

/** A plan version as people read it. */
export function PlanArticle(props: {
  page: PlanPage;
  frame: Frame;
  refusal: Problem | null;
  done: string | undefined;
}) {
  const { page, frame, refusal, done } = props;
  const { plan, approved, mustRebase } = page;
  const { payload } = plan;
  const reserve = payload.total_budget_minor - flightsTotal(payload);
  const said = DONE[done ?? ''];
  return (
    <article class="page">
      <Head
        up={['Plans', '/plans']}
        title={
          <>
            Plan {plan.version} · <Word>{payload.name}</Word>
          </>
        }
        badges={
          <>
            <PlanState plan={plan} approved={approved} />
            <Badge tone="done">{plan.type}</Badge>
          </>
        }
      />
      {said && <Notice tone="good" title={said} />}
      {refusal && <Refused problem={refusal} />}
      {refusal?.code === 'plan.rebase_conflict' ? (
        <Conflicts page={page} frame={frame} problem={refusal} />
      ) : (
        mustRebase && <Rebase page={page} frame={frame} />
      )}
      <Facts>
        <Fact name="Total budget">
          <strong>
            <Money minor={payload.total_budget_minor} currency={payload.currency} />
          </strong>
        </Fact>
        <Fact name="In flights">
          <Money minor={payload.total_budget_minor - reserve} currency={payload.currency} />
          {reserve > 0 && (
            <span class="muted">
              {' '}
              · reserve <Money minor={reserve} currency={payload.currency} />
            </span>
          )}
        </Fact>
        <Fact name="Author">
          <Word>{plan.author}</Word>
        </Fact>
        <Fact name="Registered">
          <Time at={plan.created_at} />
        </Fact>
        <Fact name="Made from">
          {plan.base_version === null ? (
            'nothing: a first plan'
          ) : (
            <a href={`/plans/${plan.base_version}`}>plan {plan.base_version}</a>
          )}
          {plan.derived_from !== null && (
            <span class="muted">
              {' '}
              · rebased from <a href={`/plans/${plan.derived_from}`}>draft {plan.derived_from}</a>
            </span>
          )}
        </Fact>
        <Fact name="Payload">
          <code title={plan.payload_hash}>{plan.payload_hash.slice(0, 12)}</code>
        </Fact>
      </Facts>
      <Part title="Approval" level={1}>
        <Approval page={page} />
      </Part>
      <Part title={payload.flights.length === 1 ? '1 flight' : `${payload.flights.length} flights`} level={1}>
        <FlightTimeline flights={payload.flights} currency={payload.currency} />
        <FlightTable flights={payload.flights} currency={payload.currency} />
      </Part>
      <div class="columns">
        <Chips title="Audiences" items={payload.audiences} />
        <Chips title="Creative themes" items={payload.creative_themes} />
      </div>
      <Difference page={page} />
      <Part title="What was in force" level={1}>
        <Chain page={page} />
      </Part>
      {plan.version === approved && <Revise page={page} frame={frame} />}
      <details class="more">
        <summary>Raw JSON</summary>
        <RawJson value={plan} />
      </details>
    </article>
  );
}

/** Who said yes, on which ticket; or which ticket waits. */
function Approval({ page: { plan, approval, waiting } }: { page: PlanPage }) {
  const votes =
    approval?.votes.filter((vote) => vote.verdict === 'approve' && vote.revision === approval.revision) ?? [];
  if (plan.approved_at !== null)
    return (
      <ul class="sentences">
        <li>
          Approved <Time at={plan.approved_at} />
          {approval && (
            <>
              {' '}
              on <a href={`/tickets/${approval.ticket_id}`}>{approval.ticket_id}</a>
            </>
          )}
          .
        </li>
        {votes.map((vote) => (
          <li>
            <Word>{vote.voter}</Word> as {vote.slot?.replaceAll('_', ' ') ?? vote.roles.join(', ')},{' '}
            <Time at={vote.at} />
            {vote.comment && (
              <>
                : <Prose>{vote.comment}</Prose>
              </>
            )}
          </li>
        ))}
      </ul>
    );
  if (waiting.length > 0)
    return (
      <ul class="sentences">
        {waiting.map((ticket) => (
          <li>
            <a href={`/tickets/${ticket.ticket_id}`}>{ticket.ticket_id}</a> is {ticket.state.replaceAll('_', ' ')};
            asked by <Word>{ticket.requester}</Word>.
          </li>
        ))}
      </ul>
    );
  return <p class="muted">Not approved, and nobody has asked for it: no ticket waits.</p>;
}

function Chips({ title, items = [] }: { title: string; items: string[] | undefined }) {
  return (
    <Part title={title} level={1}>
      {items.length === 0 ? (
        <p class="muted">None named.</p>
      ) : (
        <ul class="chips">
          {items.map((one) => (
            <li class="chip">
              <Word>{one}</Word>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

function Difference({ page: { plan, others, against, comparison } }: { page: PlanPage }) {
  if (others.length === 0) return null;
  const name = (version: number) => `Plan ${version}`;
  return (
    <section class="part" id="difference">
      <h2 class="part-title">What changed</h2>
      <form class="filter-bar" method="get" action={`/plans/${plan.version}#difference`} data-autosubmit>
        <Choice
          name="against"
          label="Compared with"
          value={against ? String(against.version) : ''}
          {...(against === null && { none: 'pick a version' })}
          options={others.map((one) => [
            String(one.version),
            `Plan ${one.version}, ${one.state === 'approved' ? 'in force' : one.state}`,
          ])}
        />
        <p class="filter-bar-actions">
          <button type="submit">Compare</button>
        </p>
      </form>
      {against && comparison && (
        <Comparison of={comparison} before={name(against.version)} after={name(plan.version)} />
      )}
    </section>
  );
}

/** Versions in the order in which they were in force, and what was drafted from this one. */
function Chain({ page: { plan, inForce, drafts, approved } }: { page: PlanPage }) {
  return (
    <>
      {inForce.length === 0 ? (
        <p class="muted">No plan of this tenant is in force yet.</p>
      ) : (
        <ol class="chain">
          {inForce.map((one) => (
            <li aria-current={one.version === plan.version ? 'true' : undefined}>
              <a href={`/plans/${one.version}`}>Plan {one.version}</a> <PlanState plan={one} approved={approved} />
              <span class="muted">
                <Money minor={one.total_budget_minor} currency={one.currency} />
                {one.approved_at && (
                  <>
                    {' '}
                    since <Time at={one.approved_at} form="short" />
                  </>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
      {drafts.length > 0 && (
        <p>
          Drafted from plan {plan.version}:{' '}
          {drafts.map((one, i) => (
            <>
              {i > 0 && ', '}
              <a href={`/plans/${one.version}`}>plan {one.version}</a>
            </>
          ))}
        </p>
      )}
    </>
  );
}

function Revise({ page: { plan, mayWrite }, frame }: { page: PlanPage; frame: Frame }) {
  return (
    <Part title="From the drift to the next version" level={1}>
      <p>
        Drafts a revision of plan {plan.version} with what was changed on the platforms since it was written. The draft
        is not in force until it is approved on a ticket of its own.
      </p>
      {mayWrite ? (
        <form method="post" action={`/plans/${plan.version}/revise`}>
          <Csrf frame={frame} />
          <button type="submit">Propose a revision from the drift</button>
        </form>
      ) : (
        <Locked>Policy lets planners and admins write plans; your roles are others.</Locked>
      )}
    </Part>
  );
}
