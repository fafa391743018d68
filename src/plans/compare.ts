import { type Difference, differences } from './differences.ts';
import { moneyText, percentText } from './money-text.ts';
import { type Flight, type Payload, flightKey } from './payload.ts';

/** What is different between two plan versions, for machines and for people. */
export interface Comparison {
  /** By JSON pointer into the payloads; lists are compared place by place. */
  differences: Difference[];
  total: {
    before: { currency: string; amount_minor: number };
    after: { currency: string; amount_minor: number };
    /** Null between two currencies. */
    delta_minor: number | null;
    delta_percent: string | null;
  };
  /** Flights told apart by platform and dates, then by platform and order. */
  flights: { added: Flight[]; removed: Flight[]; changed: FlightChange[] };
  audiences: ListChange;
  creative_themes: ListChange;
  /** One sentence for each thing a planner or client would ask about. */
  summary: string[];
}

interface FlightChange {
  platform: string;
  before: Flight;
  after: Flight;
  delta_minor: number;
}

interface ListChange {
  added: string[];
  removed: string[];
}

/** From `before` to `after`. */
export function comparePayloads(before: Payload, after: Payload): Comparison {
  const same = before.currency === after.currency;
  const delta = same ? after.total_budget_minor - before.total_budget_minor : null;
  const comparison: Omit<Comparison, 'summary'> = {
    differences: differences(before, after),
    total: {
      before: { currency: before.currency, amount_minor: before.total_budget_minor },
      after: { currency: after.currency, amount_minor: after.total_budget_minor },
      delta_minor: delta,
      delta_percent: delta === null ? null : percentText(delta, before.total_budget_minor),
    },
    flights: compareFlights(before.flights, after.flights),
    audiences: compareLists(before.audiences, after.audiences),
    creative_themes: compareLists(before.creative_themes, after.creative_themes),
  };
  return { ...comparison, summary: [...sentences(before, after, comparison)] };
}

function compareFlights(before: Flight[], after: Flight[]): Comparison['flights'] {
  const pairs: [Flight, Flight][] = [];
  const [removed, added] = [[...before], [...after]];
  for (const identity of [flightKey, ({ platform }: Flight) => platform])
    for (const old of [...removed]) {
      const at = added.findIndex((one) => identity(one) === identity(old));
      if (at < 0) continue;
      pairs.push([old, added.splice(at, 1)[0]!]);
      removed.splice(removed.indexOf(old), 1);
    }
  return {
    added,
    removed,
    changed: pairs.flatMap(([old, now]) =>
      flightKey(old) === flightKey(now) && old.budget_minor === now.budget_minor
        ? []
        : [{ platform: old.platform, before: old, after: now, delta_minor: now.budget_minor - old.budget_minor }],
    ),
  };
}

function compareLists(before: string[] = [], after: string[] = []): ListChange {
  return { added: after.filter((one) => !before.includes(one)), removed: before.filter((one) => !after.includes(one)) };
}

function* sentences(before: Payload, after: Payload, found: Omit<Comparison, 'summary'>): Generator<string> {
  const { total, flights } = found;
  const [old, now] = [before, after].map(({ total_budget_minor, currency }) => moneyText(total_budget_minor, currency));
  if (before.name !== after.name) yield `The name changes from “${before.name}” to “${after.name}”.`;
  if (total.delta_minor === null) yield `The currency changes: the total budget was ${old} and is ${now}.`;
  else if (total.delta_minor !== 0) {
    const percent = total.delta_percent === null ? '' : ` (${total.delta_percent} %)`;
    const way = total.delta_minor > 0 ? 'up' : 'down';
    yield `The total budget goes ${way} by ${moneyText(Math.abs(total.delta_minor), after.currency)}${percent}, from ${old} to ${now}.`;
  }
  const flight = ({ platform, start, end, budget_minor }: Flight, currency: string) =>
    `${platform}, ${start} to ${end}, ${moneyText(budget_minor, currency)}`;
  for (const one of flights.added) yield `New flight: ${flight(one, after.currency)}.`;
  for (const one of flights.removed) yield `Flight dropped: ${flight(one, before.currency)}.`;
  for (const one of flights.changed)
    yield `Flight changed: ${flight(one.before, before.currency)}; now ${flight(one.after, after.currency)}.`;
  for (const [what, list] of [
    ['Audiences', found.audiences],
    ['Creative themes', found.creative_themes],
  ] as const) {
    if (list.added.length > 0) yield `${what} added: ${list.added.join('; ')}.`;
    if (list.removed.length > 0) yield `${what} dropped: ${list.removed.join('; ')}.`;
  }
}
