import type { GuardView } from '../../../contract/types.ts';
import { Badge, Fact, Facts, Grid } from './record.tsx';
import { Time } from './time.tsx';
import { Word } from './text.tsx';
import { Pico, timesText, usdText } from './pico.tsx';

/** Where the Cost Guard stands, and the sums that it goes by, whole numbers and all. */
export function Guard({ guard, runId }: { guard: GuardView; runId: string }) {
  const { estimate, committed, held, uncertain, remaining, trip, multiplier } = guard;
  const times = multiplierText(multiplier);
  const limit = guard.limit && BigInt(guard.limit.numerator) / BigInt(guard.limit.denominator);
  return (
    <>
      <Facts>
        <Fact name="Estimate">
          <Pico of={estimate.current} />
          {estimate.first !== estimate.current && estimate.first !== null && (
            <span class="muted">
              {' '}
              first <Pico of={estimate.first} />
            </span>
          )}
        </Fact>
        <Fact name="Spent">
          <strong>
            <Pico of={committed} />
          </strong>
          {estimate.current !== null && BigInt(estimate.current) > 0n && (
            <span class="muted"> {timesText(BigInt(committed), BigInt(estimate.current))} the estimate</span>
          )}
        </Fact>
        <Fact name="Reserved for open calls">
          <Pico of={String(BigInt(held) + BigInt(uncertain))} />
          {uncertain !== '0' && (
            <span class="muted">
              {' '}
              of it uncertain <Pico of={uncertain} />
            </span>
          )}
        </Fact>
        <Fact name="Trips at">
          <Pico of={limit} />
          {limit !== null && <span class="muted"> {times} × the estimate</span>}
        </Fact>
        <Fact name="Left for calls">
          <Pico of={remaining} />
        </Fact>
        <Fact name="Epoch">{guard.epoch}</Fact>
      </Facts>
      {trip && (
        <p>
          <Badge tone="bad">tripped</Badge> <Time at={trip.at} />, on{' '}
          <a href={`/tickets/${trip.ticket_id}`}>{trip.ticket_id}</a>.{' '}
          <a href={`/runs/${encodeURIComponent(runId)}/certificate`} download>
            Download the trip certificate
          </a>
        </p>
      )}
      {guard.trip_inequality && guard.admission_inequality ? (
        <>
          <Sums guard={guard} times={times} />
          <p class="muted small">
            In whole pico-USD (10⁻¹² USD)
            {multiplier.denominator !== '1' &&
              `, both sides multiplied by ${multiplier.denominator} so that nothing is rounded`}
            . A trip is not taken back by a correction; reserved calls never trip it.
          </p>
        </>
      ) : (
        <p class="muted">There is no estimate above zero, so nothing is measured and every call is denied.</p>
      )}
      {guard.unpriced.length > 0 && (
        <Grid
          caption="Usage without a price: every call is denied until somebody prices or waives it"
          head={['Reported by', 'Event', 'Why']}
        >
          {guard.unpriced.map((one) => (
            <tr>
              <th scope="row">
                <Word>{one.source}</Word>
              </th>
              <td>
                <Word>{one.event_id}</Word>
              </td>
              <td class="wide-cell">
                <Word>{one.why}</Word>
              </td>
            </tr>
          ))}
        </Grid>
      )}
    </>
  );
}

function Sums({ guard, times }: { guard: GuardView; times: string }) {
  const trip = guard.trip_inequality!;
  const admission = guard.admission_inequality!;
  const away = (one: { left: string; right: string }) => {
    const gap = BigInt(one.right) - BigInt(one.left);
    return usdText((gap < 0n ? -gap : gap) / BigInt(guard.multiplier.denominator));
  };
  return (
    <Grid caption="The sums that the guard goes by" head={['Rule', 'Left side', '', 'Right side', 'Holds', 'In words']}>
      <tr>
        <th scope="row">
          Trip
          <span class="sub">spent ≥ {times} × estimate</span>
        </th>
        <td class="number">{grouped(trip.left)}</td>
        <td>≥</td>
        <td class="number">{grouped(trip.right)}</td>
        <td>{trip.holds ? 'yes' : 'no'}</td>
        <td class="wide-cell">
          {trip.holds
            ? `The spend is at or over the limit, by ${away(trip)}.`
            : `The spend has ${away(trip)} to go until it reaches the limit.`}
        </td>
      </tr>
      <tr>
        <th scope="row">
          A call may begin
          <span class="sub">spent + reserved &lt; {times} × estimate</span>
        </th>
        <td class="number">{grouped(admission.left)}</td>
        <td>&lt;</td>
        <td class="number">{grouped(admission.right)}</td>
        <td>{admission.holds ? 'yes' : 'no'}</td>
        <td class="wide-cell">
          {guard.state !== 'open'
            ? 'No call begins, whatever the sum: the guard has tripped or the run was ended.'
            : admission.holds
              ? `With what open calls may still cost, ${away(admission)} are left.`
              : 'Open calls and the spend fill the limit: no further call until one is settled.'}
        </td>
      </tr>
    </Grid>
  );
}

function multiplierText({ numerator, denominator }: { numerator: string; denominator: string }): string {
  return String(Number(numerator) / Number(denominator));
}

/** 2 840 000 000 000: in threes, so that people can compare them. */
function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}
