import type { GuardView } from '../../../contract/types.ts';
import { isUncertain, remainingOf } from '../../../runs/cost/holds.ts';
import type { HoldRow } from '../../../runs/cost/tables.ts';
import type { Frame } from '../frame.ts';
import { Csrf } from '../layout.tsx';
import type { WhyNot } from '../run-choices.ts';
import type { RunPage } from '../run-data.ts';
import { Confirmed, Count, Reason, Usd, Way } from './deed-fields.tsx';
import type { SentBack } from './field-error.tsx';
import { Pico, usdText } from './pico.tsx';
import { Locked } from './record.tsx';
import { Word } from './text.tsx';
import { Time } from './time.tsx';

// What people do to the money of a run. Each form works without scripts, and is sent back as it was written when it is refused.

interface Shown {
  page: RunPage;
  frame: Frame;
  back: SentBack | null;
}

/** Another estimate, or the first one. */
export function EstimateForm({ page: { account, choices, guard }, frame, back }: Shown) {
  if (choices.estimate.length > 0) return <WhyLocked what="revise the estimate" why={choices.estimate} />;
  const sent = back && back.written.has('version') ? back : null;
  const first = account.estimate === null;
  const [spent, numerator] = [BigInt(account.committed), BigInt(guard.multiplier.numerator)];
  const least = (spent * BigInt(guard.multiplier.denominator)) / numerator;
  return (
    <details class="deed" id="estimate" open={sent !== null}>
      <summary>{first ? 'Give an estimate' : 'Revise the estimate'}</summary>
      <form
        class="deed-form"
        method="post"
        action={`${frame.path}/estimates`}
        data-summary="Calls are let in up to the new limit, or stopped where it is reached."
      >
        <Csrf frame={frame} />
        <input type="hidden" name="version" value={String(account.estimate_version)} />
        <Usd id="estimate-usd" label="New estimate, USD" back={sent} />
        {spent > 0n && (
          <p class="muted small">
            <Pico of={spent} /> are spent: at {usdText(least)} or less the guard trips at once.
          </p>
        )}
        <Reason id="estimate-reason" back={sent} />
        <Confirmed id="estimate-confirmed" back={sent} words="I know that this sets how much may be spent" />
        <button type="submit" data-confirm="">
          {first ? 'Set the estimate' : 'Set the new estimate'}
        </button>
      </form>
    </details>
  );
}

/** Of each open hold: what its call used, or that it was not made. Those whose time is over come first. */
export function HoldForms({ page: { holds, choices }, frame, back }: Shown) {
  if (holds.length === 0) return null;
  const { settle, release } = choices;
  if (settle.length > 0 && release.length > 0) return <WhyLocked what="settle a hold" why={settle} />;
  const isOver = (hold: HoldRow) => isUncertain(hold, frame.now.toISOString());
  const sorted = [...holds.filter(isOver), ...holds.filter((hold) => !isOver(hold))];
  return (
    <div class="deeds">
      {sorted.map((hold) => (
        <HoldForm hold={hold} over={isOver(hold)} choices={{ settle, release }} frame={frame} back={back} />
      ))}
    </div>
  );
}

function HoldForm(props: {
  hold: HoldRow;
  over: boolean;
  choices: { settle: WhyNot; release: WhyNot };
  frame: Frame;
  back: SentBack | null;
}) {
  const { hold, over, choices, frame } = props;
  const isThis = (written: URLSearchParams) =>
    written.get('hold') === hold.hold_id && written.get('run') === hold.run_id && !written.has('event_id');
  const back = props.back && isThis(props.back.written) ? props.back : null;
  const id = `hold-${hold.admitted_seq}`;
  const how = back?.written.get('how') ?? 'amount';
  const mayRelease = choices.release.length === 0 && hold.usage === null;
  return (
    <details class="deed" id={id} open={back !== null}>
      <summary>
        Settle <Word>{hold.hold_id}</Word>
      </summary>
      <form
        class="deed-form"
        method="post"
        action={`${frame.path}/settlements`}
        data-summary={`The ${usdText(remainingOf(hold))} that it keeps are free again, and nothing of it is charged.`}
      >
        <Csrf frame={frame} />
        <input type="hidden" name="run" value={hold.run_id} />
        <input type="hidden" name="hold" value={hold.hold_id} />
        <p class="muted small">
          {over ? (
            <>
              Its time was over <Time at={hold.expires_at} />, so nobody knows whether its call was made. What it keeps
              is taken until somebody says.
            </>
          ) : (
            <>
              Its call may be under way until <Time at={hold.expires_at} />; as a rule who asked for it settles it.
            </>
          )}
        </p>
        <fieldset class="resolutions">
          <legend>What became of the call?</legend>
          {choices.settle.length === 0 && (
            <>
              <Way value="amount" how={how} name="It was charged" says="by an amount that the provider tells">
                <Usd id={`${id}-usd`} label="Amount, USD" back={back} />
              </Way>
              <Way value="tokens" how={how} name="It used tokens" says="charged by the price list of its time">
                <Count id={`${id}-in`} name="input_tokens" label="Input tokens" back={back} />
                <Count id={`${id}-out`} name="output_tokens" label="Output tokens" back={back} />
              </Way>
            </>
          )}
          {mayRelease && (
            <Way value="release" how={how} name="It was not made" says="what the hold keeps is free again">
              <Reason id={`${id}-reason`} back={back} label="How do you know?" />
              <Confirmed id={`${id}-confirmed`} back={back} words="I know that nothing of it will be charged" />
            </Way>
          )}
        </fieldset>
        <button type="submit" data-confirm="release">
          Settle it
        </button>
      </form>
    </details>
  );
}

/** Of each report without a price: one for it, or that it is not charged. */
export function UnpricedForms({ page: { guard, choices }, frame, back }: Shown) {
  if (guard.unpriced.length === 0) return null;
  if (choices.unpriced.length > 0) return <WhyLocked what="price or waive it" why={choices.unpriced} />;
  return (
    <div class="deeds">
      {guard.unpriced.map((one, i) => (
        <UnpricedForm one={one} id={`unpriced-${i}`} frame={frame} back={back} />
      ))}
    </div>
  );
}

function UnpricedForm(props: { one: GuardView['unpriced'][number]; id: string; frame: Frame; back: SentBack | null }) {
  const { one, id, frame } = props;
  const isThis = (written: URLSearchParams) =>
    written.get('source') === one.source && written.get('event_id') === one.event_id;
  const back = props.back && isThis(props.back.written) ? props.back : null;
  const how = back?.written.get('how') ?? 'amount';
  return (
    <details class="deed" id={id} open={back !== null}>
      <summary>
        Price <Word>{one.event_id}</Word> or waive it
      </summary>
      <form
        class="deed-form"
        method="post"
        action={`${frame.path}/unpriced-resolutions`}
        data-summary="What this call cost is not charged to the run. The log says that you waived it, and why."
      >
        <Csrf frame={frame} />
        <input type="hidden" name="source" value={one.source} />
        <input type="hidden" name="event_id" value={one.event_id} />
        <p class="muted small">
          Reported: <Word>{usedText(one)}</Word>
        </p>
        <fieldset class="resolutions">
          <legend>What is it charged with?</legend>
          <Way value="amount" how={how} name="An amount" says="that you know from the provider">
            <Usd id={`${id}-usd`} label="Amount, USD" back={back} />
          </Way>
          <Way value="list" how={how} name="The price list" says="as it is now, if somebody has added a price since" />
          <Way value="waive" how={how} name="Nothing" says="it is waived">
            <Confirmed id={`${id}-confirmed`} back={back} words="I know that it will not be charged" />
          </Way>
        </fieldset>
        <Reason id={`${id}-reason`} back={back} />
        <button type="submit" data-confirm="waive">
          Settle it
        </button>
      </form>
    </details>
  );
}

/** Model and counts of a report, as far as they could be read. */
function usedText({ usage, run_id }: GuardView['unpriced'][number]): string {
  const { model, tokens } = usage as { model?: string | null; tokens?: Record<string, number> };
  const counts = Object.entries(tokens ?? {}).map(
    ([unit, count]) => `${count.toLocaleString('en')} ${unit.replaceAll('_', ' ')}`,
  );
  return [`run ${run_id}`, model ?? 'no model named', ...(counts.length > 0 ? counts : ['no counts that can be read'])]
    .join(', ')
    .slice(0, 500);
}

function WhyLocked({ what, why }: { what: string; why: WhyNot }) {
  return (
    <Locked>
      You cannot {what}: {why.join(' ')}
    </Locked>
  );
}
