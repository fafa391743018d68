import type { Flight } from '../../../plans/payload.ts';
import { Grid, Money } from './record.tsx';
import { Word } from './text.tsx';
import { money } from './value.tsx';

const DRAWN_MAX = 40;
const DAY_MS = 86_400_000;
const ROW_PX = 34;
const TOP_PX = 22;

/**
 * When each flight runs, as bars over the months. Drawn with percentages across and pixels down, so that it fits any width and
 * its words stay readable; the colours are classes, since neither a policy of ours nor a dark page lets them be written in.
 */
export function FlightTimeline({ flights, currency }: { flights: Flight[]; currency: string }) {
  const drawn = [...flights].sort((a, b) => (a.start < b.start ? -1 : 1)).slice(0, DRAWN_MAX);
  const from = Date.parse(`${drawn[0]!.start.slice(0, 7)}-01`);
  const last = drawn
    .map(({ end }) => end)
    .sort()
    .at(-1)!;
  const to = nextMonth(Date.parse(last));
  const at = (ms: number) => Math.round(((ms - from) / (to - from)) * 1000) / 10;
  const months = monthsBetween(from, to);
  const height = TOP_PX + drawn.length * ROW_PX + 4;
  return (
    <figure class="picture">
      <svg
        class="timeline"
        width="100%"
        height={height}
        role="img"
        aria-label={`${flights.length} flights, ${drawn[0]!.start} to ${last}`}
      >
        {months.map((month) => (
          <>
            <line class="tick" x1={`${at(month)}%`} x2={`${at(month)}%`} y1="0" y2={height} />
            <text class="label" x={`${at(month)}%`} dx="4" y="13">
              {monthName(month, months.length)}
            </text>
          </>
        ))}
        {drawn.map((flight, i) => {
          const [start, end] = [at(Date.parse(flight.start)), at(Date.parse(flight.end) + DAY_MS)];
          const right = start > 55;
          const y = TOP_PX + i * ROW_PX;
          return (
            <>
              <text class="name" x={`${right ? end : start}%`} y={y + 12} text-anchor={right ? 'end' : 'start'}>
                <Label flight={flight} currency={currency} />
              </text>
              <rect class="bar" x={`${start}%`} width={`${Math.max(end - start, 0.4)}%`} y={y + 17} height="9" rx="3" />
            </>
          );
        })}
      </svg>
      {flights.length > DRAWN_MAX && <figcaption class="muted">The first {DRAWN_MAX}. The table has all.</figcaption>}
    </figure>
  );
}

export function FlightTable({ flights, currency }: { flights: Flight[]; currency: string }) {
  return (
    <Grid caption="Flights" head={['#', 'Platform', 'From', 'To', 'Days', 'Budget', 'A day']}>
      {flights.map((flight, i) => {
        const days = (Date.parse(flight.end) - Date.parse(flight.start)) / DAY_MS + 1;
        return (
          <tr>
            <td class="number muted">{i + 1}</td>
            <th scope="row">
              <Word>{flight.platform}</Word>
            </th>
            <td class="date">{flight.start}</td>
            <td class="date">{flight.end}</td>
            <td class="number">{days}</td>
            <td class="number">
              <Money minor={flight.budget_minor} currency={currency} />
            </td>
            <td class="number muted">
              <Money minor={Math.round(flight.budget_minor / days)} currency={currency} />
            </td>
          </tr>
        );
      })}
    </Grid>
  );
}

const NAME_MAX = 24;

/** A name within a picture: cut, and without what is not seen or turns the line around. The table has it as it is. */
function Label({ flight, currency }: { flight: Flight; currency: string }) {
  const name = flight.platform.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '');
  return (
    <>
      {name.length > NAME_MAX ? `${name.slice(0, NAME_MAX)}…` : name}
      <tspan class="label" dx="6">
        {money(flight.budget_minor, currency)}
      </tspan>
    </>
  );
}

function monthsBetween(from: number, to: number): number[] {
  const months: number[] = [];
  for (let month = from; month < to; month = nextMonth(month)) months.push(month);
  // So many that the words stand apart.
  const step = Math.ceil(months.length / 6);
  return months.filter((_, i) => i % step === 0);
}

function nextMonth(ms: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

function monthName(ms: number, count: number): string {
  const date = new Date(ms);
  const month = date.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  return count > 6 && date.getUTCMonth() > 0 ? month : `${month} ${String(date.getUTCFullYear()).slice(2)}`;
}
