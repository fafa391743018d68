import type { TicketRow } from '../../tickets/tables.ts';
import { Word } from '../pages/components/text.tsx';
import { type Ask, type PlanChanges, agencyDecidesToo, newThemes, roleOf, whyAsked } from './asks.ts';
import { amount, bare, fieldWords, money, moved } from './money.ts';
import type { PortalFrame } from './visit-portal.ts';
import { When, day } from './when.tsx';

// What is asked, in sentences. Text of others stands in <Word>.

/** What a request is called. */
export function Title({ ask }: { ask: Ask }) {
  if (ask.kind === 'amount')
    return (
      <>
        {ask.before === null || ask.after > ask.before ? 'A higher' : 'A lower'} {fieldWords(ask.field).name} for{' '}
        <Word>{ask.campaign}</Word>
      </>
    );
  if (ask.kind === 'plan')
    return (
      <>
        {ask.first ? 'Your media plan' : ask.rises ? 'A new plan with a higher budget' : 'A new version of your plan'}:{' '}
        <Word>{ask.name}</Word>
      </>
    );
  return ask.kind === 'access' ? <>Access to one of your accounts</> : <>A question from your agency</>;
}

/** The whole of it in one sentence. */
export function Sentence({ ask }: { ask: Ask }) {
  if (ask.kind === 'amount') {
    const { campaign, field, before, after, currency } = ask;
    const step = before === null ? null : moved(before, after);
    return (
      <>
        Your agency would like to {before !== null && after < before ? 'lower' : 'raise'} the {fieldWords(field).name}{' '}
        of <Word>{campaign}</Word>
        {before !== null && <> from {bare(field, before, currency)}</>} to{' '}
        <strong>{amount(field, after, currency)}</strong>
        {step && `: ${step}`}.
      </>
    );
  }
  if (ask.kind === 'plan') return <PlanSentence ask={ask} />;
  if (ask.kind === 'access')
    return (
      <>
        To work for you, your agency needs access to{' '}
        <strong>
          <Word>{ask.id}</Word>
        </strong>
        .
      </>
    );
  return <>Your agency would like your agreement before it goes on.</>;
}

function PlanSentence({ ask }: { ask: Extract<Ask, { kind: 'plan' }> }) {
  const { changes, payload, first } = ask;
  const themes = newThemes(ask);
  const span = dates(payload.flights);
  const total = money(payload.total_budget_minor, payload.currency);
  return (
    <>
      {first ? 'Your agency would like to start with' : 'Your agency proposes'}{' '}
      {first ? 'a plan' : 'a new version of your plan'} over <strong>{total}</strong>
      {changes && changes.total.delta_minor === 0 && ', the same as now'}
      {changes &&
        changes.total.delta_minor !== 0 &&
        ` instead of ${money(changes.total.before.amount_minor, changes.total.before.currency)}`}
      {span && `, running from ${day(span.start)} to ${day(span.end)}`}
      {themes.length > 0 && (
        <>
          , with {themes.length === 1 ? 'a new theme' : 'new themes'} for your advertising:{' '}
          <Word>{themes.join(', ')}</Word>
        </>
      )}
      .{changes && <Shifts changes={changes} />}
    </>
  );
}

/** What a plan moves besides its total. */
function Shifts({ changes: { flights, audiences } }: { changes: PlanChanges }) {
  return (
    <>
      {flights.added.length + flights.removed.length + flights.changed.length > 0 &&
        ' The money is spread differently over places or time.'}
      {audiences.added.length > 0 && (
        <>
          {' '}
          New people to reach: <Word>{audiences.added.join(', ')}</Word>.
        </>
      )}
      {audiences.removed.length > 0 && (
        <>
          {' '}
          No longer reached: <Word>{audiences.removed.join(', ')}</Word>.
        </>
      )}
    </>
  );
}

/** A request in a list, with what tells it from the others. */
export function ShortTitle({ ask }: { ask: Ask }) {
  if (ask.kind !== 'amount') return <Title ask={ask} />;
  const { field, campaign, before, after, currency } = ask;
  return (
    <>
      {capital(fieldWords(field).name)} of <Word>{campaign}</Word>:{' '}
      {before !== null && `${bare(field, before, currency)} to `}
      {amount(field, after, currency)}
    </>
  );
}

/** What stands today and what would: the two things that a reader compares. */
export function BeforeAfter({ ask }: { ask: Ask }) {
  const rows = [...changesOf(ask)];
  if (rows.length === 0) return <></>;
  const fresh = rows.every(({ before }) => before === null);
  return (
    <table class={fresh ? 'compare compare-fresh' : 'compare'}>
      <caption>What would change</caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          {!fresh && <th scope="col">Today</th>}
          <th scope="col">{fresh ? 'Proposed' : 'Then'}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ what, before, after }) => (
          <tr>
            <th scope="row">
              <Word>{what}</Word>
            </th>
            {!fresh && (
              <td data-label="Today">
                <Lines>{before ?? '—'}</Lines>
              </td>
            )}
            <td data-label={fresh ? 'Proposed' : 'Then'} class="then">
              <Lines>{after ?? 'none'}</Lines>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Foreign text, a line of its own for each part. */
function Lines({ children }: { children: string }) {
  return (
    <>
      {children.split('\n').map((line) => (
        <span class="line">
          <Word>{line}</Word>
        </span>
      ))}
    </>
  );
}

interface Row {
  what: string;
  before: string | null;
  after: string | null;
}

const ROWS_MAX = 60;

function* changesOf(ask: Ask): Generator<Row> {
  if (ask.kind === 'amount') {
    const { field, before, after, currency } = ask;
    yield {
      what: capital(fieldWords(field).name),
      before: before === null ? null : amount(field, before, currency),
      after: amount(field, after, currency),
    };
  }
  if (ask.kind === 'plan') yield* [...planRows(ask)].slice(0, ROWS_MAX);
}

function* planRows({ payload, changes }: Extract<Ask, { kind: 'plan' }>): Generator<Row> {
  const { currency } = payload;
  if (!changes) {
    yield { what: 'Whole budget', before: null, after: money(payload.total_budget_minor, currency) };
    for (const flight of payload.flights)
      yield {
        what: `On ${capital(flight.platform)}`,
        before: null,
        after: `${money(flight.budget_minor, currency)}\n${days(flight)}`,
      };
    if (payload.audiences?.length) yield { what: 'For whom', before: null, after: payload.audiences.join(',\n') };
    if (payload.creative_themes?.length)
      yield { what: 'Themes', before: null, after: payload.creative_themes.join(',\n') };
    return;
  }
  const { before, total, flights, audiences, creative_themes } = changes;
  if (before.name !== payload.name) yield { what: 'Name', before: before.name, after: payload.name };
  if (total.delta_minor !== 0)
    yield {
      what: 'Whole budget',
      before: money(total.before.amount_minor, total.before.currency),
      after: money(total.after.amount_minor, total.after.currency),
    };
  const told = (flight: (typeof flights.added)[number], of: string) =>
    `${money(flight.budget_minor, of)}\n${days(flight)}`;
  for (const one of flights.changed)
    yield {
      what: `On ${capital(one.platform)}`,
      before: told(one.before, before.currency),
      after: told(one.after, currency),
    };
  for (const one of flights.added)
    yield { what: `On ${capital(one.platform)}`, before: 'nothing', after: told(one, currency) };
  for (const one of flights.removed)
    yield { what: `On ${capital(one.platform)}`, before: told(one, before.currency), after: 'nothing any more' };
  for (const [what, list, was, now] of [
    ['For whom', audiences, before.audiences, payload.audiences],
    ['Themes', creative_themes, before.creative_themes, payload.creative_themes],
  ] as const)
    if (list.added.length + list.removed.length > 0)
      yield { what, before: was?.join(',\n') || 'nothing named', after: now?.join(',\n') || 'nothing named' };
}

/** Why this comes to the client at all. */
export function Why({ row }: { row: TicketRow }) {
  const why = whyAsked(row);
  if (roleOf(row) === 'may_object' || (why.length === 0 && row.type === 'A5'))
    return <>Your agency decides on this itself. You are told because you may object.</>;
  return (
    <>
      {why.includes('increase') && 'It would cost you more than is agreed so far, so it needs your yes. '}
      {why.includes('themes') && 'New themes for your advertising need your yes. '}
      {why.length === 0 &&
        'Nobody gets access to what is yours without a yes from you or your agency’s administrator. '}
      {agencyDecidesToo(row) && 'Your agency checks it as well: it happens only if both agree.'}
    </>
  );
}

/** What becomes of it without an answer. */
export function IfNothing({ row, ask, frame }: { row: TicketRow; ask: Ask; frame: PortalFrame }) {
  const end = <When at={row.expires_at} reader={frame} />;
  if (roleOf(row) === 'may_object')
    return (
      <>Your agency can go ahead as soon as it has agreed. You can object until then, at the latest until {end}.</>
    );
  if (ask.kind === 'amount')
    return (
      <>
        Nothing changes
        {ask.before !== null && `: it stays at ${amount(ask.field, ask.before, ask.currency)}`}. The question ends by
        itself on {end}.
      </>
    );
  if (ask.kind === 'plan')
    return (
      <>
        {ask.first ? 'The plan does not start.' : 'Your plan stays as it is.'} The question ends by itself on {end}.
      </>
    );
  return (
    <>
      Your agency’s administrator may answer in your place. If nobody does, nothing is opened, and the question ends by
      itself on {end}.
    </>
  );
}

function dates(flights: { start: string; end: string }[]): { start: string; end: string } | null {
  if (flights.length === 0) return null;
  return {
    start: flights.map(({ start }) => start).sort()[0]!,
    end: flights
      .map(({ end }) => end)
      .sort()
      .at(-1)!,
  };
}

function days({ start, end }: { start: string; end: string }): string {
  return `${day(start)} to ${day(end)}`;
}

export function capital(text: string): string {
  return text === '' ? text : text[0]!.toUpperCase() + text.slice(1);
}
