import type { Child } from 'hono/jsx';
import { span } from './time.tsx';

/** One metric: its name and figure, what it means, the picture, the table beneath. */
export function Metric({
  id,
  title,
  figure,
  was,
  of,
  says,
  children,
}: {
  id: string;
  title: string;
  /** The one figure that people ask for first. */
  figure: string;
  /** What it was in the window before; null: not compared. */
  was?: string | null;
  of: string;
  says: string;
  children?: Child;
}) {
  return (
    <figure class="metric" id={id} aria-labelledby={`${id}-title`}>
      <figcaption>
        <h2 id={`${id}-title`}>{title}</h2>
        <p class="metric-now">
          <strong>{figure}</strong> <span>{of}</span>
          {was != null && <span class="metric-was">{was} in the time before</span>}
        </p>
        <p class="muted small">{says}</p>
      </figcaption>
      {children}
    </figure>
  );
}

/** Instead of a picture: nothing is not zero. */
export function Nothing({ children }: { children: Child }) {
  return <p class="nothing">{children}</p>;
}

/** The figures of a picture. `head` names the columns; the first of a row is its name. */
export function Figures({ caption, head, rows }: { caption: string; head: string[]; rows: Child[][] }) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={caption}>
      <table class="figures-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((name, i) => (
              <th scope="col" class={i === 0 ? undefined : 'number'}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr>
              <th scope="row">{name}</th>
              {cells.map((cell) => (
                <td class="number">{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Figures over time: folded, since the picture tells the same. */
export function FiguresOverTime(props: { caption: string; head: string[]; rows: Child[][] }) {
  return (
    <details class="more">
      <summary>{props.caption}</summary>
      <Figures {...props} />
    </details>
  );
}

/** How long, without the zeros: `4 h`, `2 d 3 h`. */
export const lasting = (seconds: number): string => span(seconds).replace(/ 0 (min|h)$/, '');
export const share = (rate: number | null): string => (rate === null ? '–' : `${(rate * 100).toFixed(1)} %`);
/** A share on an axis. */
export const axisShare = (rate: number): string => `${Number((rate * 100).toFixed(1))} %`;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A day in UTC: `3 Nov`. */
export const dayName = (day: string): string => `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`;
export const whole = (value: number): string => (Number.isInteger(value) ? value.toLocaleString('en') : '');
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** Whole pico-USD as dollars, to the cent, or to what is left of it where that would be nothing. */
export function dollars(pico: string): string {
  const value = Number(BigInt(pico) / 1_000_000n) / 1_000_000;
  return value.toLocaleString('en', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: value !== 0 && Math.abs(value) < 1 ? 4 : 2,
  });
}
