import type { Context } from 'hono';
import { clientDueAt } from '../../tickets/client-due.ts';
import { clientVotes } from '../../tickets/client-view.ts';
import { listClientTickets } from '../../tickets/queries.ts';
import type { TicketRow } from '../../tickets/tables.ts';
import { queryNumber } from '../body.ts';
import type { Deps } from '../context.ts';
import type { Child } from 'hono/jsx';
import { Icon } from '../pages/components/icon.tsx';
import { visibleText } from '../pages/components/text.tsx';
import type { Site } from '../site-settings.ts';
import { type Ask, type Held, askOf, roleOf } from './asks.ts';
import { PortalLayout } from './layout.tsx';
import { Outcome, outcomeOf } from './outcome.tsx';
import { asOf, loadHeld, requestPath } from './requests.ts';
import { IfNothing, Sentence, ShortTitle, Title } from './sentences.tsx';
import { type PortalFrame, visitPortal } from './visit-portal.ts';
import { Due } from './due.tsx';
import { When } from './when.tsx';

const WAITING_MAX = 100;
const CARDS_MAX = 20;
const PAGE = 10;

/** What waits for the client, what it may object to, and what it decided lately. */
export async function homePage(deps: Deps, site: Site, context: Context): Promise<Response> {
  const before = queryNumber(context, 'before', 0, Number.MAX_SAFE_INTEGER);
  const { frame, visitor } = await visitPortal(deps, site, context, 'ticket.list', () => null);
  const [unresolved, past] = await Promise.all([
    listClientTickets(deps.sql, visitor.tenant, 'waiting', { limit: WAITING_MAX }),
    listClientTickets(deps.sql, visitor.tenant, 'ended', { limit: PAGE + 1, before }),
  ]);
  const now = frame.now;
  const open = unresolved.map((row) => asOf(row, now)).filter(({ state }) => state !== 'expired');
  const lapsed =
    before === undefined ? unresolved.map((row) => asOf(row, now)).filter(({ state }) => state === 'expired') : [];
  const ended = past.map((row) => asOf(row, now));
  const shown = [...lapsed, ...ended.slice(0, PAGE)];
  const subjects = [...open, ...shown].map(({ subject }) => subject);
  const held = await loadHeld(deps.sql, visitor.tenant, subjects);
  const waiting = (role: string) => open.filter((row) => roleOf(row) === role);
  // Working time is dear to compute: once a request, and not in each comparison.
  const asked = waiting('asked')
    .map((row) => ({ row, due: clientDueAt(row, true) }))
    .sort((a, b) => ((a.due ?? '') < (b.due ?? '') ? -1 : 1));
  const proposed = waiting('may_object');
  const elsewhere = open.filter((row) => row.state === 'changes_requested' || roleOf(row) === 'answered');
  const tell = { frame, held };
  return context.html(
    <PortalLayout frame={frame} title={asked.length > 0 ? `${asked.length} waiting for you` : 'Home'} page="Home">
      <div data-live="home">
        <Greeting count={asked.length} isCut={unresolved.length === WAITING_MAX} />
        {asked.length > 0 && (
          <ol class="asks">
            {asked.slice(0, CARDS_MAX).map(({ row, due }) => (
              <Waiting row={row} due={due} {...tell} />
            ))}
          </ol>
        )}
        {asked.length > CARDS_MAX && (
          <p class="muted">The {CARDS_MAX} that are wanted first. The others follow as you answer these.</p>
        )}
        {proposed.length > 0 && (
          <Section title="Your agency proposes" lead="You need not do anything. If you do not like it, you can object.">
            <ol class="asks">
              {proposed.slice(0, CARDS_MAX).map((row) => (
                <Waiting row={row} due={null} {...tell} />
              ))}
            </ol>
          </Section>
        )}
        {elsewhere.length > 0 && (
          <Section title="With your agency now">
            <Rows rows={elsewhere} {...tell} />
          </Section>
        )}
        <Section title={before === undefined ? 'Decided lately' : 'Decided earlier'}>
          {shown.length === 0 ? (
            <p class="muted">Nothing yet. What you decide will stand here, with what came of it.</p>
          ) : (
            <Rows rows={shown} {...tell} />
          )}
          {ended.length > PAGE && (
            <p>
              <a href={`/portal?before=${shown.at(-1)!.number}`}>Show earlier ones</a>
            </p>
          )}
        </Section>
      </div>
    </PortalLayout>,
  );
}

function Greeting({ count, isCut }: { count: number; isCut: boolean }) {
  if (count === 0)
    return (
      <section class="calm">
        <Icon name="check" />
        <h1>Nothing waits for you</h1>
        <p>Your agency works within what you agreed. When it needs your word, it will be here.</p>
      </section>
    );
  return (
    <>
      <h1>
        {count === 1 && !isCut ? 'One thing waits for you' : `${count}${isCut ? ' or more' : ''} things wait for you`}
      </h1>
      <p class="lead">Open {count === 1 ? 'it' : 'each'} to see what changes, and say yes or no.</p>
    </>
  );
}

interface Told {
  row: TicketRow;
  held: Held;
  frame: PortalFrame;
}

function Waiting({ row, due, held, frame }: Told & { due: string | null }) {
  const ask = askOf(row.subject, held);
  const role = roleOf(row);
  return (
    <li class={role === 'asked' ? 'ask' : 'ask ask-quiet'}>
      <h2>
        <a href={requestPath(row)}>
          <Title ask={ask} />
        </a>
      </h2>
      <p class="ask-says">
        <Sentence ask={ask} />
      </p>
      <Due due={due} frame={frame} />
      <p class="ask-else">
        <strong>If you do nothing:</strong> <IfNothing row={row} ask={ask} frame={frame} />
      </p>
      <a
        class={role === 'asked' ? 'button primary big' : 'button big'}
        href={requestPath(row)}
        aria-label={labelOf(ask)}
      >
        {role === 'asked' ? 'See it and answer' : 'See it'}
      </a>
    </li>
  );
}

function labelOf(ask: Ask): string | undefined {
  if (ask.kind === 'amount') return visibleText(`See it and answer: ${ask.campaign}`);
  return ask.kind === 'plan' ? visibleText(`See it and answer: ${ask.name}`) : undefined;
}

function Rows({ rows, held, frame }: { rows: TicketRow[]; held: Held; frame: PortalFrame }) {
  return (
    <ul class="rows">
      {rows.map((row) => {
        const { tone, short } = outcomeOf(row, frame);
        const at = clientVotes(row).at(-1)?.at ?? row.resolved_at ?? row.opened_at;
        return (
          <li>
            <a href={requestPath(row)}>
              <ShortTitle ask={askOf(row.subject, held)} />
            </a>
            <span class="rows-what">
              <Outcome tone={tone} short={short} />
              <When at={at} reader={frame} form="day" />
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Section({ title, lead, children }: { title: string; lead?: string; children?: Child }) {
  return (
    <section class="part">
      <h2>{title}</h2>
      {lead && <p class="lead">{lead}</p>}
      {children}
    </section>
  );
}
