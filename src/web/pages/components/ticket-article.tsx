import type { Child } from 'hono/jsx';
import type { Frame } from '../frame.ts';
import type { TicketPage } from '../ticket-facts.ts';
import { RiskBadge, Sla, StateBadge, TYPE_NAMES, TypeBadge } from './badge.tsx';
import { Deltas } from './deltas.tsx';
import { FlagForm } from './flag-form.tsx';
import { FlagPanel } from './flag-panel.tsx';
import { JsonDiff, RawJson } from './json.tsx';
import { Part } from './part.tsx';
import { Revisions } from './revisions.tsx';
import { SlaTrack } from './sla-track.tsx';
import { Slots } from './slots.tsx';
import { Prose, Word } from './text.tsx';
import { History, Thread } from './thread.tsx';
import { Time } from './time.tsx';
import { type Sent, VerdictForm } from './verdict-form.tsx';

interface Shown {
  page: TicketPage;
  frame: Frame;
  level?: 1 | 2;
  /** A verdict that was sent back. */
  back?: Sent | undefined;
  /** A word for the thread that was. */
  said?: string | undefined;
}

/** A ticket as people decide on it. Beside the list its heading is a second one (`level`). */
export function TicketArticle({ page, frame, level = 1, back, said }: Shown) {
  const { ticket, currency, thread, revised } = page;
  const Title = level === 1 ? 'h1' : 'h2';
  return (
    <article
      class={ticket.red_flag ? 'ticket ticket-red' : 'ticket'}
      aria-labelledby="ticket-title"
      data-ticket={ticket.ticket_id}
      data-revision={ticket.revision}
      data-state={ticket.state}
    >
      <header class="ticket-head" data-part="head">
        <p class="ticket-line">
          <TypeBadge type={ticket.type} redFlag={ticket.red_flag} />
          <a class="ticket-id" href={`/tickets/${ticket.ticket_id}`}>
            {ticket.ticket_id}
          </a>
          <StateBadge state={ticket.state} />
          <RiskBadge risk={ticket.risk} />
          {ticket.legal_flag && <span class="risk risk-high">legal flag</span>}
          <Sla dueAt={ticket.sla.due_at} resolvedAt={ticket.resolved_at} now={frame.now} />
        </p>
        <Title id="ticket-title">{TYPE_NAMES[ticket.type]}</Title>
        <p class="summary">
          <Prose>{ticket.summary}</Prose>
        </p>
      </header>
      <Part title="Why policy asks" level={level}>
        <ul class="reasons">
          {ticket.reasons.map((reason) => (
            <li>
              <Prose>{reason.message}</Prose>
              <code class="rule" title={reason.rule}>
                {reason.code}
              </code>
            </li>
          ))}
        </ul>
      </Part>
      {ticket.flag && (
        <div data-part="flag">
          <FlagPanel page={page} frame={frame} level={level} />
        </div>
      )}
      {ticket.red_flag && (
        <div class="bar" data-part="bar">
          <FlagForm page={page} frame={frame} back={back} />
        </div>
      )}
      {!ticket.flag && (
        <Part title="What changes" level={level}>
          <Deltas diff={ticket.diff} currency={currency} caption="Changes, field by field" />
          {ticket.diff.length > 0 && (
            <details class="more" id="structured">
              <summary>Structured difference</summary>
              <JsonDiff diff={ticket.diff} />
            </details>
          )}
          {revised && (
            <details class="more" open={ticket.state === 'pending'}>
              <summary>Against revision {ticket.revision - 1}</summary>
              <Deltas
                diff={revised}
                currency={currency}
                caption={`Changes since revision ${ticket.revision - 1}`}
                between={[`Revision ${ticket.revision - 1}`, `Revision ${ticket.revision}`]}
              />
            </details>
          )}
        </Part>
      )}
      <div data-part="slots">
        <Part title="Who decides" level={level}>
          <Slots page={page} frame={frame} />
        </Part>
      </div>
      <div data-part="facts">
        <Part title="Whose time it is" level={level}>
          <SlaTrack page={page} frame={frame} />
        </Part>
        <Facts page={page} level={level} />
      </div>
      <Thread page={page} frame={frame} level={level} said={said} />
      <div data-part="history">
        <Revisions page={page} />
        <History history={thread.history} />
      </div>
      <details class="more" id="raw-json">
        <summary>Raw JSON</summary>
        <RawJson value={ticket} />
      </details>
      {!ticket.red_flag && (
        <div class="bar" data-part="bar">
          <VerdictForm page={page} frame={frame} back={back} />
        </div>
      )}
    </article>
  );
}

function Facts({ page: { ticket, row }, level }: { page: TicketPage; level: 1 | 2 }) {
  const { requested_by: by } = ticket;
  return (
    <Part title="Facts" level={level}>
      <dl class="facts">
        <Fact name="Tenant">
          <Word>{ticket.tenant}</Word>
        </Fact>
        <Fact name="Vertical">
          <Word>{ticket.vertical}</Word>
        </Fact>
        <Fact name="Platform">{ticket.platform === null ? '—' : <Word>{ticket.platform}</Word>}</Fact>
        <Fact name="Asked by">
          <Word>{by.id}</Word> <span class="muted">{by.kind}</span>
        </Fact>
        {by.caller !== by.id && (
          <Fact name="Sent by">
            <Word>{by.caller}</Word>
          </Fact>
        )}
        {by.on_behalf_of !== null && (
          <Fact name="On behalf of">
            <Word>{by.on_behalf_of}</Word>
          </Fact>
        )}
        <Fact name="Action">
          <code>{row.action}</code>
        </Fact>
        <Fact name="Resource">
          <Linked
            href={
              RESOURCE_PAGES[ticket.resource.type] &&
              `${RESOURCE_PAGES[ticket.resource.type]}/${encodeURIComponent(ticket.resource.id)}`
            }
          >
            {row.resource}
          </Linked>
        </Fact>
        <Fact name="Plan version">
          {ticket.plan_version === null ? '—' : <a href={`/plans/${ticket.plan_version}`}>v{ticket.plan_version}</a>}
        </Fact>
        <Fact name="Change set">
          {ticket.change_set_id === null ? (
            '—'
          ) : (
            <Linked href={`/change-sets/${encodeURIComponent(ticket.change_set_id)}`}>{ticket.change_set_id}</Linked>
          )}
        </Fact>
        <Fact name="Holds up">
          {ticket.blocks.length === 0 ? 'this change alone' : <Word>{ticket.blocks.join(', ')}</Word>}
        </Fact>
        <Fact name="Opened">
          <Time at={ticket.sla.opened_at} />
        </Fact>
        <Fact name="Due">
          <Time at={ticket.sla.due_at} />{' '}
          <span class="muted">{ticket.sla.clock && `by the ${ticket.sla.clock}’s clock`}</span>
        </Fact>
        {ticket.sla.paused_since !== null && (
          <Fact name="The team’s clock">
            stands since <Time at={ticket.sla.paused_since} />
          </Fact>
        )}
        <Fact name="Lapses">
          {ticket.red_flag ? (
            'never: it blocks until it is resolved'
          ) : (
            <Time at={ticket.permit_expires_at ?? ticket.request_expires_at} />
          )}
        </Fact>
        {ticket.resolved_at !== null && (
          <Fact name="Resolved">
            <Time at={ticket.resolved_at} /> by <Word>{ticket.resolved_by ?? ''}</Word>
          </Fact>
        )}
        {ticket.consumed_by !== null && <Fact name="Used by">{ticket.consumed_by}</Fact>}
      </dl>
    </Part>
  );
}

/** Where a page shows the resource. */
const RESOURCE_PAGES: Record<string, string> = { campaign: '/campaigns', run: '/runs', plan: '/plans' };

function Linked({ href, children }: { href: string | undefined; children: string }) {
  if (href === undefined) return <Word>{children}</Word>;
  return (
    <a href={href}>
      <Word>{children}</Word>
    </a>
  );
}

function Fact({ name, children }: { name: string; children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
