/** Attempts before an event is given up: the last comes about a day and a half after the first. */
export const ATTEMPTS_MAX = 12;
const FIRST_MS = 5_000;
const FACTOR = 3;
const LONGEST_MS = 12 * 3_600_000;
const RETRY_AFTER_MS_MAX = 3_600_000;

/**
 * How long to wait after a failed attempt: three times as long each time up to twelve hours, of which the second half is
 * left to chance, so that what failed together does not come back together.
 * @param attempt of those made so far, from 1
 * @param random from 0 to below 1
 * @param retryAfterMs what the receiver asked for, kept to within an hour
 * @returns null when it has been tried often enough
 */
export function retryDelayMs(attempt: number, random: number, retryAfterMs: number | null = null): number | null {
  if (attempt >= ATTEMPTS_MAX) return null;
  const full = Math.min(FIRST_MS * FACTOR ** (attempt - 1), LONGEST_MS);
  const delay = Math.round(full / 2 + (full / 2) * random);
  return retryAfterMs === null ? delay : Math.max(delay, Math.min(retryAfterMs, RETRY_AFTER_MS_MAX));
}
