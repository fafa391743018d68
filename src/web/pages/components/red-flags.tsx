import { type RedFlagRow, spendPerMinute } from '../../../tickets/red-flags.ts';
import { type Frame, inTenant } from '../frame.ts';
import { opsLink } from '../ops-link.ts';
import { Sla } from './badge.tsx';
import { Icon } from './icon.tsx';
import { Word } from './text.tsx';
import { Usd, shortUsd } from './usd.tsx';

/** A8 and A9 above every page: counted, the dearest first, in words and behind a border. No filter reaches it. */
export function RedFlags({ frame }: { frame: Frame }) {
  const { flags, flagCount } = frame;
  return (
    <>
      {/* assets/live.js says here, once, which flags are new to this browser. */}
      <p class="visually-hidden" id="flag-news" aria-live="assertive"></p>
      <section class="flags" id="red-flags" aria-labelledby="red-flags-title" hidden={flagCount === 0}>
        <h2 id="red-flags-title">
          <Icon name="flag" />
          {flagCount === 1 ? '1 red flag' : `${flagCount} red flags`}
          <span class="flags-order">the dearest to leave waiting first</span>
        </h2>
        <ol>
          {flags.map((flag) => (
            <Flag flag={flag} frame={frame} />
          ))}
        </ol>
        {flagCount > flags.length && (
          <a class="flags-rest" href="/inbox?view=red-flags">
            and {flagCount - flags.length} more
          </a>
        )}
      </section>
    </>
  );
}

function Flag({ flag, frame }: { flag: RedFlagRow; frame: Frame }) {
  const { now, systemOpsUrl, places } = frame;
  const { run } = flag.flag;
  const ops = opsLink(systemOpsUrl, run.root_run_id);
  const runPage = inTenant(frame, flag.tenant, `/runs/${encodeURIComponent(run.root_run_id)}`);
  return (
    <li class="flag" data-flag={`${flag.tenant}/${flag.ticket_id}`}>
      <a class="flag-kind" href={inTenant(frame, flag.tenant, `/tickets/${flag.ticket_id}`)}>
        <Icon name={flag.type === 'A9' ? 'money' : 'loop'} />
        <span>
          {flag.type} {flag.type === 'A9' ? 'Cost Guard tripped' : 'Agent loop exhausted'}
        </span>
      </a>
      <span class="flag-what">{flag.flag.cost ? <CostWords flag={flag} /> : <LoopWords flag={flag} />}</span>
      <span class="flag-holds">
        {places.length > 1 && (
          <>
            <strong>
              <Word>{places.find(({ tenant }) => tenant === flag.tenant)?.tenantName ?? flag.tenant}</Word>
            </strong>
            {' · '}
          </>
        )}
        <Word>{run.agent}</Word>
        {flag.agents > 1 && ` and ${flag.agents - 1} more stand still`}
        {flag.held_up > 0 && `, ${flag.held_up} ${flag.held_up === 1 ? 'ticket waits' : 'tickets wait'}`}
      </span>
      <span class="flag-end">
        {flag.state === 'acknowledged' && <span class="flag-seen">acknowledged</span>}
        <Sla dueAt={flag.due_at} resolvedAt={null} now={now} />
        <a class="flag-ops" href={ops ?? runPage}>
          {ops ? 'System Ops' : 'Run'}
          <span class="visually-hidden"> of {flag.ticket_id}</span>
        </a>
      </span>
    </li>
  );
}

function CostWords({ flag }: { flag: RedFlagRow }) {
  const cost = flag.flag.cost!;
  const pace = spendPerMinute(flag);
  return (
    <>
      <strong>
        <Usd>{cost.actual_usd}</Usd>
      </strong>{' '}
      spent of <Usd>{cost.estimate_usd}</Usd> estimated, <strong>{cost.times}×</strong>
      {pace > 0 && `, ${shortUsd(pace)} a minute`}
    </>
  );
}

function LoopWords({ flag }: { flag: RedFlagRow }) {
  const loop = flag.flag.loop!;
  return (
    <>
      <strong>
        {LOOP_WORDS[loop.kind]}, attempt {loop.attempt}
      </strong>
      {loop.causes.length > 0 && ': '}
      {loop.causes.slice(0, 3).map((cause, i) => (
        <>
          {i > 0 && ', '}
          <Word>{cause.code}</Word> ×{cause.count}
        </>
      ))}
    </>
  );
}

export const LOOP_WORDS: Record<string, string> = {
  qc_correction: 'QC correction',
  tool_round: 'Tool round',
  orchestrator_retry: 'Orchestrator retry',
  step: 'Step',
  global: 'Steps in all',
};
