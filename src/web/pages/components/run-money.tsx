import { isUncertain, remainingOf } from '../../../runs/cost/holds.ts';
import type { EstimateRow } from '../../../runs/cost/tables.ts';
import type { RunPage } from '../run-data.ts';
import { Badge, Grid } from './record.tsx';
import type { Spend } from './spend-chart.tsx';
import { Prose, Word } from './text.tsx';
import { Time } from './time.tsx';
import { Pico, timesText } from './pico.tsx';

const ROWS_MAX = 12;

/** The picture in numbers: so many of its points that they can be read. */
export function SpendTable({ spend }: { spend: Spend }) {
  const { points, estimates } = spend;
  if (points.length === 0) return <p class="muted">Nothing was spent yet.</p>;
  const step = Math.ceil(points.length / ROWS_MAX);
  const shown = points.filter((_, i) => i % step === 0 || i === points.length - 1);
  const estimateAt = (at: string) => estimates.filter((one) => one.at <= at).at(-1)?.pico_usd ?? null;
  return (
    <details class="more">
      <summary>The picture as a table</summary>
      <Grid caption="Spend over time" head={['At', 'Spent in all', 'Estimate then', 'Of the estimate']}>
        {shown.map(({ at, committed }) => {
          const estimate = estimateAt(at);
          return (
            <tr>
              <th scope="row">
                <Time at={at} />
              </th>
              <td>
                <Pico of={committed} />
              </td>
              <td>
                <Pico of={estimate} />
              </td>
              <td class="number">
                {estimate === null || BigInt(estimate) <= 0n ? '' : timesText(BigInt(committed), BigInt(estimate))}
              </td>
            </tr>
          );
        })}
      </Grid>
    </details>
  );
}

export function EstimateVersions({ estimates }: { estimates: EstimateRow[] }) {
  if (estimates.length < 2) return null;
  return (
    <Grid caption="Estimates, all that were given" head={['Version', 'Estimate', 'Epoch', 'By', 'Why', 'At']}>
      {estimates.map((one) => (
        <tr>
          <th scope="row">{one.version}</th>
          <td>
            <Pico of={one.pico_usd} />
          </td>
          <td class="number">{one.epoch}</td>
          <td>
            <Word>{one.actor_id}</Word>
          </td>
          <td class="wide-cell">
            {one.reason === null ? <span class="muted">the first</span> : <Prose>{one.reason}</Prose>}
          </td>
          <td>
            <Time at={one.created_at} form="short" />
          </td>
        </tr>
      ))}
    </Grid>
  );
}

/** What calls under way keep of the limit. Settled ones are among the charges. */
export function Holds({ page: { holds, account }, now }: { page: RunPage; now: Date }) {
  return (
    <>
      <p class={holds.length === 0 ? 'muted' : undefined}>
        {account.admissions === 0
          ? 'No call has asked for room yet.'
          : `${account.admissions === 1 ? '1 call was' : `${account.admissions} calls were`} admitted in all, ${account.open_holds} of them ${account.open_holds === 1 ? 'is' : 'are'} not settled.`}
      </p>
      {holds.length > 0 && (
        <Grid
          caption="Holds that are not settled"
          head={['Hold', 'Run', 'Model', 'State', 'Keeps', 'Output tokens', 'Asked by', 'Until']}
        >
          {holds.map((hold) => {
            const uncertain = isUncertain(hold, now.toISOString());
            return (
              <tr>
                <th scope="row">
                  <Word>{hold.hold_id}</Word>
                </th>
                <td>
                  <Word>{hold.run_id}</Word>
                </td>
                <td>
                  <Word>{hold.model}</Word>
                </td>
                <td>
                  <Badge tone={uncertain ? 'bad' : 'wait'}>{uncertain ? 'uncertain' : 'held'}</Badge>
                </td>
                <td>
                  <Pico of={remainingOf(hold)} />
                </td>
                <td class="number">
                  {hold.authorised_output_tokens.toLocaleString('en')}
                  {hold.authorised_output_tokens < hold.max_output_tokens && (
                    <span class="sub">of {hold.max_output_tokens.toLocaleString('en')} asked for</span>
                  )}
                </td>
                <td>
                  <Word>{hold.caller_id}</Word>
                </td>
                <td>
                  <Time at={hold.expires_at} form="short" />
                </td>
              </tr>
            );
          })}
        </Grid>
      )}
    </>
  );
}

export function Charges({ page: { charges } }: { page: RunPage }) {
  if (charges.length === 0) return <p class="muted">Nobody has reported any spend.</p>;
  return (
    <Grid
      caption="Charges, the newest first"
      head={['Event', 'Reported by', 'Run', 'Kind', 'Amount', 'Spent in all', 'Log', 'At']}
    >
      {charges.map((charge) => (
        <tr>
          <th scope="row">
            <Word>{charge.event_id}</Word>
            {charge.tripped && <span class="must">reached the limit</span>}
          </th>
          <td>
            <Word>{charge.source}</Word>
          </td>
          <td>
            <Word>{charge.run_id}</Word>
          </td>
          <td>{charge.kind === 'unpriced' ? 'no price known' : charge.kind}</td>
          <td>
            <Pico of={charge.pico_usd} />
          </td>
          <td>
            <Pico of={charge.committed} />
          </td>
          <td class="number muted">#{charge.seq}</td>
          <td>
            <Time at={charge.created_at} form="short" />
          </td>
        </tr>
      ))}
    </Grid>
  );
}
