import type { CostFlag, LoopFlag } from '../../../contract/types.ts';
import type { Frame } from '../frame.ts';
import { opsLink } from '../ops-link.ts';
import type { TicketPage } from '../ticket-facts.ts';
import { Part } from './part.tsx';
import { LOOP_WORDS } from './red-flags.tsx';
import { Prose, Word } from './text.tsx';
import { Time } from './time.tsx';
import { Usd } from './usd.tsx';

/** What raised a red flag: the loop with its steps and their causes, or the spend against its estimate. */
export function FlagPanel({ page, frame, level }: { page: TicketPage; frame: Frame; level: 1 | 2 }) {
  const { run, loop, cost } = page.ticket.flag!;
  const ops = opsLink(frame.systemOpsUrl, run.root_run_id);
  return (
    <Part title={loop ? 'The loop' : 'The spend'} level={level}>
      {loop && <Loop loop={loop} />}
      {cost && <Cost cost={cost} page={page} />}
      <p class="flag-links">
        {ops && (
          <a class="button" href={ops}>
            Tokens and QC in System Ops
          </a>
        )}
        <a href={`/runs/${encodeURIComponent(run.root_run_id)}`}>
          Run <Word>{run.root_run_id}</Word>
        </a>
        <span class="muted">
          task <Word>{run.task_id}</Word>, <Word>{run.agent}</Word> on <Word>{run.model}</Word>, epoch {run.epoch}
        </span>
      </p>
    </Part>
  );
}

function Loop({ loop }: { loop: LoopFlag }) {
  return (
    <>
      <dl class="figures">
        <div>
          <dt>Loop</dt>
          <dd>{LOOP_WORDS[loop.kind]}</dd>
        </div>
        <div>
          <dt>Attempt</dt>
          <dd>{loop.attempt}</dd>
        </div>
        {Object.entries(loop.counters).map(([name, { used, ceiling }]) => (
          <div class={(loop.exhausted as string[]).includes(name) ? 'figure-red' : undefined}>
            <dt>{LOOP_WORDS[name]}</dt>
            <dd>
              {used} of {ceiling}
            </dd>
          </div>
        ))}
      </dl>
      {loop.causes.length > 0 && (
        <ul class="causes" aria-label="Causes, the most frequent first">
          {loop.causes.map(({ code, count }) => (
            <li>
              <Word>{code}</Word> <span class="count">×{count}</span>
            </li>
          ))}
        </ul>
      )}
      <div class="scroll" tabindex={0} role="region" aria-label="Steps">
        <table class="steps">
          <caption>Steps, and why each was needed</caption>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Step</th>
              <th scope="col">Kind</th>
              <th scope="col">Cause</th>
              <th scope="col">Admitted</th>
            </tr>
          </thead>
          <tbody>
            {loop.steps.map((step) => (
              <tr class={step.admitted ? undefined : 'step-denied'}>
                <td>
                  <Time at={step.at} form="short" />
                </td>
                <td>
                  <Word>{step.step_id}</Word>
                </td>
                <td>{LOOP_WORDS[step.kind]}</td>
                <td>
                  {step.cause ? <Word>{step.cause.code}</Word> : <span class="absent">none given</span>}
                  {step.cause?.detail && (
                    <div class="step-detail">
                      <Prose>{step.cause.detail}</Prose>
                    </div>
                  )}
                </td>
                <td>{step.admitted ? 'yes' : 'no'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const CROSSINGS = {
  charge: 'A charge crossed the limit.',
  estimate: 'The estimate was lowered under what was spent.',
  policy: 'A stricter multiplier came into force.',
};

function Cost({ cost, page: { spend } }: { cost: CostFlag; page: TicketPage }) {
  const part = Math.min(1, 1 / Math.max(Number(cost.times), 0.01));
  return (
    <>
      <dl class="figures">
        <div>
          <dt>Estimated</dt>
          <dd>
            <Usd>{cost.estimate_usd}</Usd>
          </dd>
        </div>
        <div class="figure-red">
          <dt>Spent</dt>
          <dd>
            <Usd>{spend?.committed_usd ?? cost.actual_usd}</Usd>
          </dd>
        </div>
        <div class="figure-red">
          <dt>Spent ÷ estimated</dt>
          <dd>{cost.times}×</dd>
        </div>
        <div>
          <dt>Trips at</dt>
          <dd>
            {cost.multiplier}×, <Usd>{cost.limit_usd}</Usd>
          </dd>
        </div>
        {spend && (
          <div>
            <dt>Spend a minute</dt>
            <dd>
              <Usd>{spend.per_minute_usd}</Usd>
            </dd>
          </div>
        )}
        {spend && spend.open_holds > 0 && (
          <div>
            <dt>Calls not settled</dt>
            <dd>{spend.open_holds}</dd>
          </div>
        )}
      </dl>
      <svg class="cost-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="cost-spent" width="100" height="4" />
        <rect class="cost-estimated" width={(part * 100).toFixed(2)} height="4" />
      </svg>
      <p class="muted">{CROSSINGS[cost.crossing]}</p>
    </>
  );
}
