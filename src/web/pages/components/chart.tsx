// Pictures as SVG, drawn on the server: presentation attributes and classes alone, since the content security policy lets no
// inline style pass, and colours come from the style sheet, so that they follow the theme. Widths are per cent and type is in
// pixels: a picture fits any column, and its words stay readable. Series differ by pattern and word, not by colour alone.

const TOP = 14;
const BOTTOM = 22;

export interface Series {
  name: string;
  values: number[];
}

interface Axis {
  /** What each bucket is called, in order. */
  labels: string[];
  format(value: number): string;
}

/** Counts over time, stacked. The picture is told in `label`; its figures stand in the table beneath. */
export function Columns({ label, series, labels, format }: Axis & { label: string; series: Series[] }) {
  const height = 170;
  const plot = height - TOP - BOTTOM;
  const sums = labels.map((_, i) => series.reduce((sum, one) => sum + one.values[i]!, 0));
  const most = niceMax(Math.max(1, ...sums));
  const slot = 100 / labels.length;
  const width = Math.min(slot * 0.7, 9);
  return (
    <svg class="chart" width="100%" height={String(height)} role="img" aria-label={label}>
      <Grid most={most} plot={plot} format={format} />
      {labels.map((_, i) => {
        let base = TOP + plot;
        return series.map(({ values }, n) => {
          const tall = (values[i]! / most) * plot;
          base -= tall;
          return tall === 0 ? null : (
            <rect
              class={`series series-${n}`}
              fill={FILLS[n]}
              x={percent(i * slot + (slot - width) / 2)}
              y={px(base)}
              width={percent(width)}
              height={px(tall)}
            />
          );
        });
      })}
      <Labels labels={labels} y={height - 6} />
    </svg>
  );
}

/** A share over time; where nothing was, the line is broken. */
export function Line({
  label,
  values,
  labels,
  mark,
  most = 1,
  format,
}: Axis & { label: string; values: (number | null)[]; mark?: { at: number; name: string }; most?: number }) {
  const height = 170;
  const plot = height - TOP - BOTTOM;
  const slot = 100 / labels.length;
  const x = (i: number) => i * slot + slot / 2;
  const y = (value: number) => TOP + plot - (Math.min(value, most) / most) * plot;
  return (
    <svg class="chart" width="100%" height={String(height)} role="img" aria-label={label}>
      <Grid most={most} plot={plot} format={format} />
      {mark && (
        <>
          <line class="mark" x1="0" x2="100%" y1={px(y(mark.at))} y2={px(y(mark.at))} />
          <text class="mark-name" x="100%" y={px(y(mark.at) - 4)} text-anchor="end">
            {mark.name}
          </text>
        </>
      )}
      {values.map((value, i) => {
        const next = values[i + 1];
        return value === null || next === null || next === undefined ? null : (
          <line class="stroke" x1={percent(x(i))} y1={px(y(value))} x2={percent(x(i + 1))} y2={px(y(next))} />
        );
      })}
      {values.map((value, i) =>
        value === null ? null : (
          <circle class="dot" cx={percent(x(i))} cy={px(y(value))} r={values.length > 40 ? '2' : '3.5'} />
        ),
      )}
      <Labels labels={labels} y={height - 6} />
    </svg>
  );
}

export interface Bar {
  name: string;
  /** The figure, as it is written at the end. */
  text: string;
  /** Parts that follow each other, in the order of the legend. */
  parts: number[];
  /** Where a tick stands, such as a 90th percentile. */
  tick?: number | undefined;
}

/** Things side by side, each a bar under its name. */
export function Bars({
  label,
  bars,
  most,
  mark,
}: {
  label: string;
  bars: Bar[];
  most?: number;
  mark?: { at: number; name: string };
}) {
  const row = 36;
  const head = mark ? 16 : 0;
  const all = most ?? Math.max(...bars.map(({ parts, tick = 0 }) => Math.max(tick, sum(parts))), Number.MIN_VALUE);
  return (
    <svg class="chart" width="100%" height={String(bars.length * row + head)} role="img" aria-label={label}>
      {bars.map(({ name, text, parts, tick }, i) => {
        const y = head + i * row;
        let from = 0;
        return (
          <>
            <text class="bar-name" x="0" y={px(y + 13)}>
              {plainName(name)}
            </text>
            <text class="bar-figure" x="100%" y={px(y + 13)} text-anchor="end">
              {text}
            </text>
            <rect class="track" x="0" y={px(y + 18)} width="100%" height="11" />
            {parts.map((part, n) => {
              const at = from;
              from += part;
              return part === 0 ? null : (
                <rect
                  class={`series series-${n}`}
                  fill={FILLS[n]}
                  x={percent((at / all) * 100)}
                  y={px(y + 18)}
                  width={percent((part / all) * 100)}
                  height="11"
                />
              );
            })}
            {tick !== undefined && (
              <line
                class="tick"
                x1={percent(Math.min(99.7, (tick / all) * 100))}
                x2={percent(Math.min(99.7, (tick / all) * 100))}
                y1={px(y + 15)}
                y2={px(y + 32)}
              />
            )}
          </>
        );
      })}
      {mark && (
        <>
          {bars.map((_, i) => (
            <line
              class="mark mark-whole"
              x1={percent((mark.at / all) * 100)}
              x2={percent((mark.at / all) * 100)}
              y1={px(head + i * row + 15)}
              y2={px(head + i * row + 32)}
            />
          ))}
          <text
            class="mark-name"
            x={percent((mark.at / all) * 100)}
            y="10"
            text-anchor={mark.at / all > 0.5 ? 'end' : 'start'}
          >
            {mark.name}
          </text>
        </>
      )}
    </svg>
  );
}

/** What the patterns stand for. `tick`: the name of the upright line. */
export function Legend({ names, tick }: { names: string[]; tick?: string }) {
  return (
    <ul class="legend" aria-hidden="true">
      {names.map((name, n) => (
        <li>
          <svg width="14" height="11">
            <rect class={`series series-${n}`} fill={FILLS[n]} width="14" height="11" />
          </svg>
          {name}
        </li>
      ))}
      {tick && (
        <li>
          <svg width="14" height="15">
            <line class="tick" x1="7" x2="7" y1="0" y2="15" />
          </svg>
          {tick}
        </li>
      )}
    </ul>
  );
}

/** The patterns of the series, once on a page: full, hatched, dotted. */
export function Patterns() {
  return (
    <svg class="visually-hidden" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        <pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="pattern-ground" width="6" height="6" />
          <rect class="pattern-ink" width="2.6" height="6" />
        </pattern>
        <pattern id="dotted" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect class="pattern-ground" width="5" height="5" />
          <circle class="pattern-ink" cx="2.5" cy="2.5" r="1.3" />
        </pattern>
      </defs>
    </svg>
  );
}

function Grid({ most, plot, format }: { most: number; plot: number; format: Axis['format'] }) {
  return (
    <>
      {[0, 0.5, 1].map((part) => {
        const y = TOP + plot - part * plot;
        return (
          <>
            <line class="grid" x1="0" x2="100%" y1={px(y)} y2={px(y)} />
            <text class="grid-name" x="0" y={px(y - 3)}>
              {format(most * part)}
            </text>
          </>
        );
      })}
    </>
  );
}

/** As many names of buckets as a phone has room for: the first, the middle, the last. */
function Labels({ labels, y }: { labels: string[]; y: number }) {
  const last = labels.length - 1;
  const shown = last < 1 ? [0] : last < 2 ? [0, last] : [0, Math.floor(last / 2), last];
  const slot = 100 / labels.length;
  return (
    <>
      {shown.map((i, n) => {
        const ends = n === 0 ? 'start' : i === last ? 'end' : 'middle';
        return (
          <text
            class="axis-name"
            x={ends === 'start' ? '0' : ends === 'end' ? '100%' : percent(i * slot + slot / 2)}
            y={px(y)}
            text-anchor={ends}
          >
            {labels[i]}
          </text>
        );
      })}
    </>
  );
}

const NAME_MAX = 34;

/** Agents choose some of these names: what is not seen, or turns the line around, is a dot in a picture. The table spells it out. */
function plainName(name: string): string {
  const plain = name.replaceAll(/[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu, '·');
  return plain.length > NAME_MAX ? `${plain.slice(0, NAME_MAX - 1)}…` : plain;
}

/** A round number that is not below: 1, 2, 4, 10, 20, 40, … so that its half is round too. */
export function niceMax(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 10].map((step) => step * power).find((one) => one >= value)!;
}

/** In the document, where a style sheet's own url() would not look. */
const FILLS = [undefined, 'url(#hatched)', 'url(#dotted)'];

const sum = (values: number[]): number => values.reduce((all, one) => all + one, 0);
const percent = (value: number): string => `${Math.round(value * 100) / 100}%`;
const px = (value: number): string => String(Math.round(value * 10) / 10);
