import type { CampaignRow, PlanRow } from '../../../plans/tables.ts';
import { decimalsOfName, inputOf } from '../fields.ts';
import type { Frame } from '../frame.ts';
import { Csrf } from '../layout.tsx';
import { FieldError, type SentBack, invalidProps, wrongWith } from './field-error.tsx';
import { Part } from './part.tsx';
import { Locked } from './record.tsx';
import { Word } from './text.tsx';
import { fieldName } from './value.tsx';

/** Under the plan that is approved by now, with its values: drift is measured from those. What is live stays as it is. */
export function CampaignMoveForm(props: {
  campaign: CampaignRow;
  plan: PlanRow;
  mayMove: boolean;
  frame: Frame;
  back: SentBack | null;
}) {
  const { campaign, plan, mayMove, frame, back } = props;
  const { currency, flights } = plan.payload;
  const here = flights.flatMap((flight, i) => (flight.platform === campaign.platform ? [{ flight, i }] : []));
  return (
    <Part title={`Under plan ${plan.version}`} level={1}>
      <p>
        Plan {plan.version} is approved by now, and this campaign is still under plan {campaign.plan_version}.
      </p>
      {mayMove ? (
        <details class="deed" id="move" open={back !== null}>
          <summary>Move it under plan {plan.version}</summary>
          <form class="deed-form" method="post" action={`${frame.path}/plan`}>
            <Csrf frame={frame} />
            <input type="hidden" name="plan_version" value={String(plan.version)} />
            <p class="muted small">Give the values that the plan means for it: drift is measured from them.</p>
            {Object.entries(campaign.approved).map(([field, value]) => {
              const [name, id] = [`approved.${field}`, `approved-${field}`];
              const wrong = wrongWith(back, name);
              return (
                <label class="field">
                  <span>
                    <Word>{fieldName(`/${field}`)}</Word>
                    {field.endsWith('_minor') && <span class="muted"> {currency}</span>}
                  </span>
                  <input
                    type="text"
                    name={name}
                    inputmode="decimal"
                    maxlength={20}
                    autocomplete="off"
                    value={back?.written.get(name) ?? inputOf({ decimals: decimalsOfName(field, currency) }, value)}
                    {...invalidProps(id, wrong)}
                  />
                  <FieldError id={id} wrong={wrong} />
                </label>
              );
            })}
            {here.length > 1 && (
              <label class="field">
                <span>Flight</span>
                <select name="flight">
                  <option value="">none in particular</option>
                  {here.map(({ flight, i }) => (
                    <option value={String(i)} selected={String(i) === back?.written.get('flight')}>
                      {`${i + 1}: ${flight.start} to ${flight.end}`}
                    </option>
                  ))}
                </select>
              </label>
            )}
            <button type="submit">Move the campaign</button>
          </form>
        </details>
      ) : (
        <Locked>Policy does not let you move campaigns.</Locked>
      )}
    </Part>
  );
}
