import type { Comparison as Compared } from '../../../plans/compare.ts';
import type { Flight } from '../../../plans/payload.ts';
import { JsonDiff } from './json.tsx';
import { Grid, Money, Moved } from './record.tsx';
import { Prose, Word } from './text.tsx';

/** What is different between two plan versions: in sentences, in money and dates, in lists, and as JSON. */
export function Comparison({ of, before, after }: { of: Compared; before: string; after: string }) {
  const { total, flights, summary, differences } = of;
  if (differences.length === 0)
    return (
      <p class="muted">
        There is no difference between {before} and {after}.
      </p>
    );
  const currency = total.after.currency;
  return (
    <>
      <Grid
        caption={`Money and dates, ${before} against ${after}`}
        head={['What', before, after, 'Change', 'In per cent']}
      >
        <tr>
          <th scope="row">Total budget</th>
          <td class="number before">
            <Money minor={total.before.amount_minor} currency={total.before.currency} />
          </td>
          <td class="number after">
            <Money minor={total.after.amount_minor} currency={currency} />
          </td>
          <Delta delta={total.delta_minor} before={total.before.amount_minor} currency={currency} />
        </tr>
        {flights.changed.map((one) => (
          <tr>
            <th scope="row">
              <Word>{one.platform}</Word>
            </th>
            <td class="before">
              <FlightText flight={one.before} currency={total.before.currency} />
            </td>
            <td class="after">
              <FlightText flight={one.after} currency={currency} />
            </td>
            <Delta delta={one.delta_minor} before={one.before.budget_minor} currency={currency} />
          </tr>
        ))}
        {flights.added.map((flight) => (
          <tr>
            <th scope="row">
              <Word>{flight.platform}</Word>
            </th>
            <td class="before absent">none</td>
            <td class="after">
              <FlightText flight={flight} currency={currency} />
            </td>
            <td class="number">new</td>
            <td />
          </tr>
        ))}
        {flights.removed.map((flight) => (
          <tr>
            <th scope="row">
              <Word>{flight.platform}</Word>
            </th>
            <td class="before">
              <FlightText flight={flight} currency={total.before.currency} />
            </td>
            <td class="absent">none</td>
            <td class="number">dropped</td>
            <td />
          </tr>
        ))}
      </Grid>
      <ListChange name="Audiences" {...of.audiences} />
      <ListChange name="Creative themes" {...of.creative_themes} />
      <details class="more">
        <summary>In sentences</summary>
        <ul class="sentences">
          {summary.map((sentence) => (
            <li>
              <Prose>{sentence}</Prose>
            </li>
          ))}
        </ul>
      </details>
      <details class="more">
        <summary>Structured difference</summary>
        <JsonDiff diff={differences} />
      </details>
    </>
  );
}

function Delta({ delta, before, currency }: { delta: number | null; before: number; currency: string }) {
  if (delta === null || delta === 0)
    return (
      <>
        <td class="muted">{delta === null ? 'another currency' : 'as it was'}</td>
        <td />
      </>
    );
  return (
    <>
      <td class="number">
        {delta > 0 ? '+' : '−'}
        <Money minor={Math.abs(delta)} currency={currency} />
      </td>
      <td>
        <Moved before={before} after={before + delta} />
      </td>
    </>
  );
}

function FlightText({ flight, currency }: { flight: Flight; currency: string }) {
  return (
    <>
      <span class="number">
        <Money minor={flight.budget_minor} currency={currency} />
      </span>
      <span class="dates">
        {flight.start} to {flight.end}
      </span>
    </>
  );
}

function ListChange({ name, added, removed }: { name: string; added: string[]; removed: string[] }) {
  if (added.length + removed.length === 0) return null;
  return (
    <div class="list-change">
      <h3>{name}</h3>
      <ul class="chips">
        {added.map((one) => (
          <li class="chip chip-in">
            + <Word>{one}</Word> <span class="visually-hidden">added</span>
          </li>
        ))}
        {removed.map((one) => (
          <li class="chip chip-out">
            − <Word>{one}</Word> <span class="visually-hidden">dropped</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
