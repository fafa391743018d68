import { type FieldError, invalid } from '../contract/problem.ts';
import type { Plan } from '../contract/types.ts';
import { checker } from '../contract/validate.ts';

export type Payload = Plan['payload'];
export type Flight = Payload['flights'][number];

const checkPlan = checker('plan.json');

/** What is wrong with a payload beyond its shape: flights end after they start, and together spend no more than the total. */
function payloadErrors(payload: Payload): FieldError[] {
  const errors: FieldError[] = payload.flights.flatMap(({ start, end }, i) =>
    end < start ? [{ field: `/payload/flights/${i}/end`, code: 'flight.order', message: 'is before the start' }] : [],
  );
  const planned = flightsTotal(payload);
  if (planned > payload.total_budget_minor)
    errors.push({
      field: '/payload/total_budget_minor',
      code: 'plan.flights_over_total',
      message: `is less than the flights' budgets together, ${planned}`,
    });
  return errors;
}

/** Both the shape and the sense of a payload that was put together here. */
export function allPayloadErrors(payload: Payload): FieldError[] {
  const shape = checkPlan({ type: 'initial', payload });
  return shape.length > 0 ? shape : payloadErrors(payload);
}

/** @throws Problem 400 */
export function requireSense(payload: Payload): void {
  const errors = payloadErrors(payload);
  if (errors.length > 0) throw invalid(errors);
}

export function flightsTotal({ flights }: Payload): number {
  return flights.reduce((sum, { budget_minor }) => sum + budget_minor, 0);
}

/** Which flight it is, whatever it costs. */
export function flightKey({ platform, start, end }: Flight): string {
  return `${start}/${end}/${platform}`;
}
