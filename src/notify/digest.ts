import { Temporal } from 'temporal-polyfill';

/** When in the day a daily digest goes out, where its reader is. */
const HOUR = 8;

/** The end of the period that a digest collected now belongs to: the next full hour, or the next morning of its reader. */
export function digestEnd(now: string, every: 'hourly' | 'daily', timeZone: string | null): string {
  const instant = Temporal.Instant.from(now);
  if (every === 'hourly') {
    const hour = 3_600_000;
    return new Date((Math.floor(instant.epochMilliseconds / hour) + 1) * hour).toISOString();
  }
  const here = instant.toZonedDateTimeISO(isTimeZone(timeZone) ? timeZone : 'UTC');
  const today = here.toPlainDate().toZonedDateTime({ timeZone: here.timeZoneId, plainTime: { hour: HOUR } });
  const end = Temporal.ZonedDateTime.compare(today, here) > 0 ? today : today.add({ days: 1 });
  return new Date(end.epochMilliseconds).toISOString();
}

/** Is it the IANA name of a time zone that this system knows? */
export function isTimeZone(name: string | null): name is string {
  if (name === null) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
