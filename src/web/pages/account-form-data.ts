import { Temporal } from 'temporal-polyfill';
import { Problem } from '../../contract/problem.ts';
import type { AbsenceRequest } from '../../contract/types.ts';
import { parser } from '../../contract/validate.ts';

const parseAbsence = parser<AbsenceRequest>('absence-request.json');

/**
 * An absence in whole days where the person is: from the morning of the first to the end of the last.
 * @throws Problem 400 `form.field`, naming it
 */
export function readAbsence(form: URLSearchParams, zone: string): AbsenceRequest {
  const from = form.get('from') || null;
  const standIn = form.get('stand_in') || null;
  return parseAbsence({
    ...(from !== null && { from: dayIn(from, zone, 'from') }),
    until: dayIn(form.get('until') ?? '', zone, 'until', 1),
    ...(standIn !== null && { stand_in: standIn }),
  });
}

/** The first moment of a day, or of one after it. */
function dayIn(text: string, zone: string, field: string, after = 0): string {
  try {
    const day = Temporal.PlainDate.from(text, { overflow: 'reject' }).add({ days: after });
    return new Date(day.toZonedDateTime({ timeZone: zone }).epochMilliseconds).toISOString();
  } catch {
    throw new Problem(400, 'form.field', 'Pick a day.', { field });
  }
}
