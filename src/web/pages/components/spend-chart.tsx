import type { SpendPoint } from '../../../runs/cost/queries.ts';
import { span } from './time.tsx';
import { usdText } from './pico.tsx';

export interface Spend {
  start: string;
  points: SpendPoint[];
  /** By when each estimate held from. */
  estimates: { at: string; pico_usd: string }[];
  multiplier: { numerator: string; denominator: string };
  committed: string;
  trippedAt: string | null;
}

const HEIGHT = 190;
const WIDTH = 1000;
const TOP = 18;

/**
 * What a run tree has spent over time, against its estimate and the line at which the guard trips. The lines are drawn in a box that
 * stretches to the width of the page, and the words beside it, so that they keep their size on a phone. ECharts would write its
 * colours and sizes into style attributes, which our policy refuses, and cannot follow the page into the dark.
 */
export function SpendChart({ spend }: { spend: Spend }) {
  const { from, to, top, trip, points, estimates } = measure(spend);
  const x = (at: number) => ((at - from) / (to - from)) * WIDTH;
  const y = (amount: bigint) => TOP + (HEIGHT - TOP) * (1 - ratio(amount, top));
  const xy = (at: number, amount: bigint) => `${round(x(at))},${round(y(amount))}`;
  const steps = points.flatMap(({ at, amount }, i) =>
    i === 0 ? [xy(at, amount)] : [xy(at, points[i - 1]!.amount), xy(at, amount)],
  );
  const lines = (of: (estimate: bigint) => bigint) =>
    estimates
      .flatMap(({ at, amount }, i) => [xy(at, of(amount)), xy(estimates[i + 1]?.at ?? to, of(amount))])
      .join(' ');
  const last = estimates.at(-1);
  const spent = BigInt(spend.committed);
  const tripped = spend.trippedAt === null ? null : round(x(Date.parse(spend.trippedAt)) / 10);
  return (
    <figure class="picture">
      <svg
        class="spend"
        width="100%"
        height={HEIGHT + 22}
        role="img"
        aria-label={summary(spend, last?.amount, last && trip(last.amount))}
      >
        <svg x="0" y="0" width="100%" height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
          <polygon class="area" points={`${steps.join(' ')} ${xy(to, 0n)} ${xy(from, 0n)}`} />
          <polyline class="spent" points={steps.join(' ')} vector-effect="non-scaling-stroke" />
          {last && <polyline class="estimate" points={lines((amount) => amount)} vector-effect="non-scaling-stroke" />}
          {last && <polyline class="trip" points={lines(trip)} vector-effect="non-scaling-stroke" />}
          <line class="axis" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} vector-effect="non-scaling-stroke" />
        </svg>
        {tripped !== null && <line class="tripped" x1={`${tripped}%`} x2={`${tripped}%`} y1={TOP} y2={HEIGHT} />}
        {last && (
          <>
            <text class="trip-label" x="4" y={y(trip(last.amount)) - 5}>
              trips at {usdText(trip(last.amount))}
            </text>
            <text class="label" x="4" y={y(last.amount) + (y(last.amount) - y(trip(last.amount)) < 14 ? 12 : -5)}>
              estimate {usdText(last.amount)}
            </text>
          </>
        )}
        <text class="label" x="0" y={HEIGHT + 16}>
          start
        </text>
        <text class="label" x="50%" y={HEIGHT + 16} text-anchor="middle">
          {`+ ${lasting((to - from) / 2000)}`}
        </text>
        <text class="label" x="100%" y={HEIGHT + 16} text-anchor="end">
          {`+ ${lasting((to - from) / 1000)}: ${usdText(spent)}`}
        </text>
      </svg>
    </figure>
  );
}

interface Measured {
  from: number;
  to: number;
  /** Amount at the top of the picture. */
  top: bigint;
  trip(estimate: bigint): bigint;
  points: { at: number; amount: bigint }[];
  estimates: { at: number; amount: bigint }[];
}

function measure(spend: Spend): Measured {
  const trip = (estimate: bigint) =>
    (estimate * BigInt(spend.multiplier.numerator)) / BigInt(spend.multiplier.denominator);
  const from = Date.parse(spend.start);
  const estimates = spend.estimates.map(({ at, pico_usd }) => ({ at: Date.parse(at), amount: BigInt(pico_usd) }));
  const charges = spend.points.map(({ at, committed }) => ({ at: Date.parse(at), amount: BigInt(committed) }));
  const to = Math.max(from + 100, ...[...charges, ...estimates].map(({ at }) => at));
  const points = [{ at: from, amount: 0n }, ...charges, { at: to, amount: BigInt(spend.committed) }];
  const highest = [...points.map(({ amount }) => amount), ...estimates.map(({ amount }) => trip(amount))].reduce(
    (most, one) => (one > most ? one : most),
    1n,
  );
  return { from, to, top: (highest * 105n) / 100n, trip, points, estimates };
}

function summary({ committed }: Spend, estimate: bigint | undefined, trip: bigint | undefined): string {
  const spent = `Spent ${usdText(BigInt(committed))}`;
  return estimate === undefined
    ? `${spent}; there is no estimate.`
    : `${spent} of an estimate of ${usdText(estimate)}; the guard trips at ${usdText(trip!)}.`;
}

function ratio(amount: bigint, top: bigint): number {
  return Math.max(0, Number((amount * 100_000n) / top) / 100_000);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function lasting(seconds: number): string {
  return seconds < 60 ? `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s` : span(seconds);
}
