import type { InboxRow, View } from '../../../tickets/inbox.ts';
import { COUNTED_MAX, type Overview } from '../../../tickets/queries.ts';
import { STATES, TYPES } from '../../ticket-choices.ts';
import { inside } from '../../session/visit.ts';
import type { Frame } from '../frame.ts';
import { type InboxQuery, withQuery } from '../inbox-query.ts';
import { Sla, StateBadge, TYPE_NAMES, TypeBadge, stateWord } from './badge.tsx';
import { Word, visibleText } from './text.tsx';

const VIEW_NAMES: Record<View, string> = {
  all: 'All',
  'red-flags': 'Red flags',
  mine: 'Mine',
  'my-roles': 'My roles',
  client: 'Client',
  stale: 'Stale',
  breached: 'Breached',
  uncovered: 'Uncovered',
};

/** What their names leave out. */
const VIEW_SAYS: Partial<Record<View, string>> = {
  all: 'All that wait',
  mine: 'You asked for it, or have voted on it',
  'my-roles': 'Someone with your roles has to decide',
  client: 'With the client',
  uncovered: 'Nobody could fill every empty slot',
};

/** Of this tenant or of all; nothing for who is in one alone. */
export function Scope({ query, frame }: { query: InboxQuery; frame: Frame }) {
  const count = inside(frame.places).length;
  if (count < 2) return null;
  const to = (across: InboxQuery['across']) => withQuery(query, { across, after: undefined });
  return (
    <nav class="scope" aria-label="Whose tickets">
      <a href={to(undefined)} aria-current={query.across ? undefined : 'true'}>
        <Word>{frame.visitor!.tenantName}</Word>
      </a>
      <a href={to('yes')} aria-current={query.across ? 'true' : undefined}>
        All {count} tenants
      </a>
    </nav>
  );
}

/** Saved views: links with how many wait in each. */
export function Views({
  query: { across, tenant, ...query },
  overview: { counts, isCut },
}: {
  query: InboxQuery;
  overview: Overview;
}) {
  return (
    <nav class="views" aria-label="Views">
      <ul>
        {(Object.keys(VIEW_NAMES) as View[]).map((view) => (
          <li>
            <a
              href={withQuery({ view, across, tenant }, {})}
              aria-current={view === query.view ? 'true' : undefined}
              data-count={counts[view]}
              title={VIEW_SAYS[view]}
            >
              {VIEW_NAMES[view]}{' '}
              <span class="count" title={isCut ? `of the ${COUNTED_MAX} most urgent` : undefined}>
                {counts[view]}
                {isCut && '+'}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Value of the tenant's filter for all that the visitor sees. No tenant is called so. */
export const ALL_TENANTS = '*';

export function Filters({
  query,
  choices,
  frame,
}: {
  query: InboxQuery;
  choices: { verticals: string[]; platforms: string[]; requesters: string[] };
  frame: Frame;
}) {
  const places = inside(frame.places);
  const { type, vertical, platform, agent, state, across } = query;
  const active = [type, vertical, platform, agent, state].filter(Boolean).length;
  return (
    <details class="filters" open={active > 0}>
      <summary id="filters">Filter{active > 0 && <span class="count">{active}</span>}</summary>
      <form method="get" action="/inbox" data-autosubmit>
        {query.view !== 'all' && <input type="hidden" name="view" value={query.view} />}
        {places.length > 1 && (
          <Choice
            name="tenant"
            label="Tenant"
            none={null}
            value={across ? ALL_TENANTS : frame.visitor!.tenant}
            options={[
              [ALL_TENANTS, `all ${places.length} of mine`],
              ...places.map((place) => [place.tenant, place.tenantName] as const),
            ]}
          />
        )}
        <Choice
          name="type"
          label="Type"
          none="every type"
          value={query.type}
          options={TYPES.map((type) => [type, `${type} ${TYPE_NAMES[type]}`])}
        />
        <Choice
          name="vertical"
          label="Vertical"
          none="every vertical"
          value={query.vertical}
          options={choices.verticals.map((one) => [one, one])}
        />
        <Choice
          name="platform"
          label="Platform"
          none="every platform"
          value={query.platform}
          options={choices.platforms.map((one) => [one, one])}
        />
        <Choice
          name="agent"
          label="Asked by"
          none="everyone"
          value={query.agent}
          options={choices.requesters.map((one) => [one, one])}
        />
        <Choice
          name="state"
          label="State"
          none="waiting"
          value={query.state}
          options={[...STATES.map((state): [string, string] => [state, stateWord(state)]), ['any', 'any']]}
        />
        <p class="filter-actions">
          <button type="submit">Show</button>
          {active > 0 && <a href={withQuery({ view: query.view }, {})}>Clear</a>}
        </p>
      </form>
    </details>
  );
}

function Choice(props: {
  name: string;
  label: string;
  /** What it says when nothing is chosen; null: something always is. */
  none: string | null;
  value: string | undefined;
  options: (readonly [string, string])[];
}) {
  const { name, label, none, value } = props;
  const known = value === undefined || props.options.some(([one]) => one === value);
  const options = known ? props.options : [...props.options, [value, value] as const];
  return (
    <label class="field">
      <span>{label}</span>
      <select name={name}>
        {none !== null && <option value="">{none}</option>}
        {options.map(([one, text]) => (
          <option value={one} selected={one === value}>
            {visibleText(text)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function InboxList({ rows, query, frame }: { rows: InboxRow[]; query: InboxQuery; frame: Frame }) {
  const { now, places } = frame;
  const here = frame.visitor!.tenant;
  return (
    <ol class="rows" id="rows">
      {rows.map((row) => (
        <li class={row.red_flag ? 'row row-red' : 'row'}>
          {row.risk === 'low' && row.state === 'pending' && !row.red_flag && row.tenant === here && (
            <label class="row-box">
              <input
                type="checkbox"
                name="ticket"
                value={`${row.ticket_id}.${row.revision}.${row.subject_hash}`}
                form="bulk"
                data-shape={row.shape}
              />
              <span class="visually-hidden">Select {row.ticket_id}</span>
            </label>
          )}
          <a
            href={withQuery(query, { ticket: row.ticket_id, ...(query.across && { tenant: row.tenant }) })}
            aria-current={row.ticket_id === query.ticket && row.tenant === here ? 'true' : undefined}
            data-row={query.across ? `${row.tenant}/${row.ticket_id}` : row.ticket_id}
          >
            <span class="row-top">
              <TypeBadge type={row.type} redFlag={row.red_flag}>
                {row.ticket_id}
              </TypeBadge>
              {row.risk === 'high' && <span class="row-risk">high risk</span>}
              <Sla dueAt={row.due_at} resolvedAt={row.resolved_at} now={now} />
            </span>
            <span class="row-what">
              <Word>{row.summary || row.title}</Word>
            </span>
            <span class="row-by">
              {query.across && (
                <>
                  <strong>
                    <Word>{places.find(({ tenant }) => tenant === row.tenant)!.tenantName}</Word>
                  </strong>
                  {' · '}
                </>
              )}
              <Word>{row.requester}</Word>
              {row.platform !== null && (
                <>
                  {' · '}
                  <Word>{row.platform}</Word>
                </>
              )}
              {row.waits_for_client && ' · waits for the client'}
              {row.claimed_by !== null && (
                <>
                  {' · '}
                  <Word>{row.claimed_by}</Word> works on it
                </>
              )}
              {row.uncovered && <span class="nobody"> · uncovered</span>}
              {row.state !== 'pending' && <StateBadge state={row.state} />}
            </span>
          </a>
        </li>
      ))}
    </ol>
  );
}

export function Pager({ query, next }: { query: InboxQuery; next: string | null }) {
  if (next === null && query.after === undefined) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {query.after !== undefined && <a href={withQuery(query, { after: undefined, ticket: undefined })}>First page</a>}
      {next !== null && (
        <a href={withQuery(query, { after: next, ticket: undefined })} rel="next">
          Later ones
        </a>
      )}
    </nav>
  );
}
