import { Ceilings } from './components/ceilings.tsx';
import { Guard } from './components/guard.tsx';
import { Part } from './components/part.tsx';
import { Fact, Facts, Head, Pager, address } from './components/record.tsx';
import type { SentBack } from './components/field-error.tsx';
import { EstimateForm, HoldForms, UnpricedForms } from './components/run-forms.tsx';
import { Charges, EstimateVersions, Holds, SpendTable } from './components/run-money.tsx';
import { RunState } from './components/run-state.tsx';
import { Quality, Steps, Tree } from './components/run-steps.tsx';
import { SpendChart } from './components/spend-chart.tsx';
import { Notice } from './components/states.tsx';
import { Prose, Word } from './components/text.tsx';
import { Time } from './components/time.tsx';
import type { Frame } from './frame.ts';
import type { RunPage } from './run-data.ts';

const CLOSED = ['resolved', 'expired', 'superseded', 'cancelled'];

/** What to tell after a deed, by its name in the URL. */
const DONE: Record<string, string | undefined> = {
  estimate: 'The estimate is in the log.',
  settlement: 'What became of the call is in the log.',
  unpriced: 'What became of the usage is in the log.',
};

/** A run as people read it: what the agent did and why again, what is left to it, and what it cost. */
export function RunArticle(props: {
  page: RunPage;
  frame: Frame;
  done: string | undefined;
  /** A form of this page that was refused. */
  back: SentBack | null;
}) {
  const { page, frame, back } = props;
  const { run, account, flags } = page;
  const open = flags.filter(({ state }) => !CLOSED.includes(state));
  const closed = flags.filter(({ state }) => CLOSED.includes(state));
  const ops = frame.systemOpsUrl;
  return (
    <article class="page">
      <Head
        up={['Runs', '/runs']}
        title={
          <>
            Run <Word>{run.run_id}</Word>
          </>
        }
        badges={<RunState state={run.tree.state} guard={account.state} unpriced={account.unpriced} />}
      />
      {back && <Refused back={back} />}
      {DONE[props.done ?? ''] && <Notice tone="good" title={DONE[props.done!]!} />}
      {open.map((flag) => (
        <Notice tone="bad" title={flag.type === 'A9' ? 'The Cost Guard has tripped' : 'A loop ceiling was reached'}>
          <p>
            <Word>{flag.summary}</Word> <a href={`/tickets/${flag.ticket_id}`}>Go to {flag.ticket_id}</a>
          </p>
        </Notice>
      ))}
      <Facts>
        <Fact name="Task">
          <Word>{run.task_id}</Word>
          <span class="muted">
            {' '}
            of <Word>{run.main_task_id}</Word>
          </span>
        </Fact>
        <Fact name="Agent">
          <Word>{run.agent}</Word>
        </Fact>
        <Fact name="Model">
          <Word>{run.model}</Word>
        </Fact>
        <Fact name="Started">
          <Time at={run.created_at} /> <span class="muted">by</span> <Word>{run.requested_by}</Word>
        </Fact>
        <Fact name="Epoch">
          {run.tree.epoch}
          {run.tree.epoch > 1 && <span class="muted">, people let it go on {run.tree.epoch - 1} times</span>}
        </Fact>
        {ops && (
          <Fact name="Tokens and traces">
            <a href={`${ops}/runs/${encodeURIComponent(run.run_id)}`}>System Ops</a>
          </Fact>
        )}
      </Facts>
      {page.tree.length > 1 && (
        <Part title={`Run tree, ${page.tree.length} runs`} level={1}>
          <Tree page={page} />
        </Part>
      )}
      <Part title="What is left" level={1}>
        <Ceilings counters={run.counters} />
        <p class="muted small">
          Each kind counts on the task <Word>{run.task_id}</Word> over all runs of the tree; steps of every kind count
          for the whole tree. Counters are never zeroed.
        </p>
      </Part>
      <Part title="Spend against the estimate" level={1}>
        <SpendChart spend={page.spend} />
        <SpendTable spend={page.spend} />
      </Part>
      <Part title="Cost Guard" level={1}>
        <Guard guard={page.guard} runId={run.run_id} />
        <UnpricedForms page={page} frame={frame} back={back} />
        <EstimateForm page={page} frame={frame} back={back} />
        <EstimateVersions estimates={page.estimates} />
      </Part>
      <Part title="Steps of the tree" level={1}>
        <Steps page={page} />
      </Part>
      <Part title="Open holds" level={1}>
        <Holds page={page} now={frame.now} />
        <HoldForms page={page} frame={frame} back={back} />
      </Part>
      <section class="part" id="charges">
        <h2 class="part-title">Charges</h2>
        <Charges page={page} />
        <Pager
          first={page.before === undefined ? null : `${frame.path}#charges`}
          next={page.next === null ? null : `${address(frame.path, { charges: page.next })}#charges`}
          words="Earlier charges"
        />
      </section>
      <Part title="Quality checks" level={1}>
        <Quality page={page} />
      </Part>
      {closed.length > 0 && (
        <Part title="Red flags that were resolved" level={1}>
          <ul class="sentences">
            {closed.map((flag) => (
              <li>
                <a href={`/tickets/${flag.ticket_id}`}>{flag.ticket_id}</a>, epoch {flag.epoch}, <Time at={flag.at} />:{' '}
                <Word>{flag.summary}</Word>
              </li>
            ))}
          </ul>
        </Part>
      )}
    </article>
  );
}

/** Why a form was refused. What was written is in the form still; where that is gone, it stands here. */
function Refused({ back: { problem, written } }: { back: SentBack }) {
  const reason = problem.status === 409 ? written.get('reason') : null;
  return (
    <Notice tone="bad" title={REFUSALS[problem.code] ?? 'Nothing was recorded.'}>
      <Prose>{problem.message}</Prose>
      {reason && (
        <div class="kept">
          <h2>What you wrote</h2>
          <Prose>{reason}</Prose>
        </div>
      )}
    </Notice>
  );
}

const REFUSALS: Record<string, string | undefined> = {
  'form.field': 'Not recorded yet.',
  'hold.settled': 'Someone was faster: the hold is settled.',
  'hold.has_usage': 'The call was made: its usage has come in meanwhile.',
  'spend.resolved': 'Someone was faster: this is priced or waived.',
  'spend.still_unpriced': 'The list still has no price for it.',
  'estimate.moved': 'Someone was faster. Nothing was recorded.',
  'cost.refused': 'Policy does not let you do that now. Nothing was recorded.',
};
