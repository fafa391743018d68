import { FILLS, percent, plainName, px, sum } from './scale.ts';

export interface Bar {
  name: string;
  /** The figure, as it is written at the end. */
  text: string;
  /** Parts that follow each other, in the order of the legend. */
  parts: number[];
  /** Where a tick stands, such as a 90th percentile. */
  tick?: number | undefined;
  /** Shown on hover, beside name and figure. */
  more?: string | undefined;
}

interface Props {
  label: string;
  bars: Bar[];
  /** Where the axis ends. */
  most: number;
  /** What its start, middle and end are called. */
  format(value: number): string;
  mark?: { at: number; name: string };
}

const ROW = 36;
const FOOT = 18;

/** Things side by side, each a bar under its name, on one axis. */
export function Bars({ label, bars, most, format, mark }: Props) {
  const head = mark ? 16 : 0;
  const at = (value: number) => percent(Math.min(99.8, (value / most) * 100));
  const foot = head + bars.length * ROW;
  return (
    <svg class="chart" width="100%" height={String(foot + FOOT)} role="img" aria-label={label}>
      {[0, 0.5, 1].map((part) => (
        <>
          <line class="grid" x1={at(part * most)} x2={at(part * most)} y1={px(head + 18)} y2={px(foot)} />
          <text
            class="axis-name"
            x={percent(part * 100)}
            y={px(foot + 13)}
            text-anchor={part === 0 ? 'start' : part === 1 ? 'end' : 'middle'}
          >
            {format(part * most)}
          </text>
        </>
      ))}
      {bars.map(({ name, text, parts, tick, more }, i) => {
        const y = head + i * ROW;
        let from = 0;
        return (
          <g class="hit">
            <title>{[`${plainName(name)}: ${text}`, ...(more ? [more] : [])].join('\n')}</title>
            <rect class="hit-area" x="0" y={px(y)} width="100%" height={String(ROW)} />
            <text class="bar-name" x="0" y={px(y + 13)}>
              {plainName(name)}
            </text>
            <text class="bar-figure" x="100%" y={px(y + 13)} text-anchor="end">
              {text}
            </text>
            <rect class="track" x="0" y={px(y + 18)} width="100%" height="11" />
            {parts.map((part, n) => {
              const start = from;
              from += part;
              return part === 0 ? null : (
                <rect
                  class={`series series-${n}`}
                  fill={FILLS[n]}
                  x={percent((start / most) * 100)}
                  y={px(y + 18)}
                  width={percent((part / most) * 100)}
                  height="11"
                />
              );
            })}
            {sum(parts) === 0 && <rect class="series-none" x="0" y={px(y + 18)} width="2" height="11" />}
            {tick !== undefined && <line class="tick" x1={at(tick)} x2={at(tick)} y1={px(y + 15)} y2={px(y + 32)} />}
            {mark && <line class="mark mark-whole" x1={at(mark.at)} x2={at(mark.at)} y1={px(y + 15)} y2={px(y + 32)} />}
          </g>
        );
      })}
      {mark && (
        <text class="mark-name" x={at(mark.at)} y="10" text-anchor={mark.at / most > 0.5 ? 'end' : 'start'}>
          {mark.name}
        </text>
      )}
    </svg>
  );
}
