// Pictures as SVG, drawn on the server: presentation attributes and classes alone, since the content security policy lets no
// inline style pass, and colours come from the style sheet, so that they follow the theme. Widths are per cent and type is in
// pixels: a picture fits any column, and its words stay readable. Series differ by pattern and word, not by colour alone.

import { FILLS, niceMax, percent, px } from './scale.ts';

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
      {labels.map((name, i) => {
        let base = TOP + plot;
        return (
          <g class="hit">
            <title>
              {[name, ...series.map((one) => `${one.name}: ${one.values[i]!.toLocaleString('en')}`)].join('\n')}
            </title>
            <rect class="hit-area" x={percent(i * slot)} y={String(TOP)} width={percent(slot)} height={String(plot)} />
            {series.map(({ values }, n) => {
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
            })}
          </g>
        );
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
  most,
  format,
  said = format,
}: Axis & {
  label: string;
  values: (number | null)[];
  mark?: { at: number; name: string };
  /** Where the axis ends. */
  most: number;
  /** A value in words, to the last digit that counts; `format` is for the axis. */
  said?(value: number): string;
}) {
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
          <g class="hit">
            <title>{`${labels[i]}: ${said(value)}`}</title>
            <rect class="hit-area" x={percent(i * slot)} y={String(TOP)} width={percent(slot)} height={String(plot)} />
            <circle class="dot" cx={percent(x(i))} cy={px(y(value))} r={values.length > 40 ? '2' : '3.5'} />
          </g>
        ),
      )}
      <Labels labels={labels} y={height - 6} />
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
        // Half of five things is nothing that there is.
        if (part > 0 && format(most * part) === '') return null;
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

/** As many names of buckets as a phone has room for. */
function Labels({ labels, y }: { labels: string[]; y: number }) {
  const last = labels.length - 1;
  const parts = Math.min(last, 4);
  const shown = parts < 1 ? [0] : Array.from({ length: parts + 1 }, (_, n) => Math.round((n / parts) * last));
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
