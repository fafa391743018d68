import type { PortalFrame } from './visit-portal.ts';

type Reader = Pick<PortalFrame, 'zone' | 'now'>;

/**
 * A time in words: `Thursday 26 November, 17:00`. In the zone that its reader chose, else by assets/time.js in that of the
 * browser; in UTC, and saying so, where there is neither.
 */
export function When({ at, reader, form = 'long' }: { at: string; reader: Reader; form?: 'long' | 'day' }) {
  const date = new Date(at);
  const isOther = date.getUTCFullYear() !== reader.now.getUTCFullYear();
  const words = formatOf(reader.zone ?? 'UTC', form, isOther).format(date);
  return (
    <time datetime={at} data-form={form} data-local={reader.zone === null ? undefined : ''}>
      {words}
      {form === 'long' && reader.zone === null && ' UTC'}
    </time>
  );
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are dear to make; there are as many as zones that readers chose. */
function formatOf(timeZone: string, form: 'long' | 'day', withYear: boolean): Intl.DateTimeFormat {
  const key = `${timeZone} ${form} ${withYear}`;
  let format = formats.get(key);
  if (!format) {
    const year = withYear ? ({ year: 'numeric' } as const) : {};
    const long = form === 'long' ? ({ weekday: 'long', hour: '2-digit', minute: '2-digit' } as const) : {};
    format = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', ...year, ...long, timeZone });
    formats.set(key, format);
  }
  return format;
}

/** A calendar date, which is the same everywhere: `1 December 2026`. */
export function day(date: string): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${date}T12:00:00Z`),
  );
}

/** The month's name in words: `November` of `2026-11`. */
export function monthName(month: string): string {
  return new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' }).format(new Date(`${month}-15T12:00:00Z`));
}
