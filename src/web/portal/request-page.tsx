import type { Child } from 'hono/jsx';
import type { CommentRow, TicketRow } from '../../tickets/tables.ts';
import { clientDueAt } from '../../tickets/client-due.ts';
import { termsHash, termsOf } from '../../tickets/terms.ts';
import { clientVotes } from '../../tickets/client-view.ts';
import { Icon } from '../pages/components/icon.tsx';
import { Prose, Word } from '../pages/components/text.tsx';
import { Csrf } from '../pages/layout.tsx';
import { Answer } from './answer.tsx';
import { type Ask, roleOf } from './asks.ts';
import { Due } from './due.tsx';
import { agreedTo } from './less.tsx';
import { PortalLayout, Told } from './layout.tsx';
import { Outcome, outcomeOf } from './outcome.tsx';
import type { Refused, RequestView } from './request-view.ts';
import { requestPath } from './requests.ts';
import { BeforeAfter, IfNothing, Sentence, Title, Why } from './sentences.tsx';
import { When } from './when.tsx';

/** One request: what is asked, what changes, why, and the answer. */
export function RequestPage(page: RequestView) {
  const { row, ask, frame, done, refused } = page;
  const outcome = outcomeOf(row, frame);
  const open = roleOf(row) === 'asked' || roleOf(row) === 'may_object';
  return (
    <PortalLayout frame={frame} title={plainTitle(ask)}>
      <p class="back">
        <a href="/portal">
          <Icon name="back" />
          Home
        </a>
      </p>
      {refused ? <Refusal page={page} refused={refused} /> : <Thanks done={done} says={outcome.says} />}
      <article data-live="request" data-mark={markOf(row)}>
        <header class="request-head">
          {!open && <Outcome tone={outcome.tone} short={outcome.short} />}
          <h1>
            <Title ask={ask} />
          </h1>
          <p class="lead">
            <Sentence ask={ask} />
          </p>
          <Due due={clientDueAt(row, roleOf(row) === 'asked')} frame={frame} />
        </header>
        <BeforeAfter ask={ask} />
        <Limits page={page} />
        {open ? (
          <>
            <dl class="explain">
              <Item name="Why you are asked">
                <Why row={row} />
              </Item>
              <Item name="If you do nothing">
                <IfNothing row={row} ask={ask} frame={frame} />
              </Item>
            </dl>
            <Answer page={page} />
          </>
        ) : (
          <dl class="explain">
            <Item name="Where it stands">{outcome.says}</Item>
          </dl>
        )}
        <Words page={page} />
        <p class="muted small">
          Request {row.number}, asked <When at={row.opened_at} reader={frame} />. Name this number when you call.
        </p>
      </article>
    </PortalLayout>
  );
}

/** What an answer is bound to, and what a reader would want to read again when it moves. */
function markOf(row: TicketRow): string {
  return [row.revision, row.state, clientVotes(row).length, termsHash(row)?.slice(0, 12) ?? ''].join(' ');
}

function Item({ name, children }: { name: string; children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What was agreed to, where that is less than was asked. */
function Limits({ page: { row, currency } }: { page: RequestView }) {
  if (termsOf(row).length === 0) return <></>;
  const parts = agreedTo(row, currency);
  const when = row.state === 'pending' ? 'Agreed so far' : 'Agreed';
  return (
    <p class="limits">
      <Icon name="lock" />
      {parts.length > 0 ? (
        <span>
          {when}: <Word>{parts.join('; ')}</Word>. That is less than was asked.
        </span>
      ) : (
        <span>{when} to less than was asked. Your agency can tell you how much.</span>
      )}
    </p>
  );
}

/** What was said between the client and the agency. Names of the agency's people are its own business. */
function Words({ page: { row, comments, earlier, people, frame, refused } }: { page: RequestView }) {
  const me = frame.visitor.caller.id;
  const said = [
    ...comments.map(({ seq, author_id, body, attachments, created_at }) => ({
      seq,
      who: author_id,
      at: created_at,
      body,
      attachments,
      did: '',
    })),
    ...clientVotes(row).map(({ seq, voter, at, comment, verdict }) => ({
      seq,
      who: voter,
      at,
      body: comment ?? '',
      attachments: [],
      did: DID[verdict] ?? '',
    })),
  ].sort((a, b) => a.seq - b.seq);
  return (
    <section class="part" id="words">
      <h2>Between you and your agency</h2>
      {said.length === 0 && <p class="muted">Nothing has been said yet. Ask whatever you want to know first.</p>}
      {earlier > 0 && <p class="muted">{earlier} more are not shown here. Your agency has them all.</p>}
      <ol class="said" id="said">
        {said.map(({ who, at, body, attachments, did }) => (
          <li class={people.has(who) ? 'said-own' : undefined}>
            <p class="said-by">
              <strong>
                <Word>{who === me ? 'You' : (people.get(who) ?? 'Your agency')}</Word>
              </strong>{' '}
              {did} <When at={at} reader={frame} />
            </p>
            {body && <Prose>{body}</Prose>}
            {attachments.length > 0 && <Attached attachments={attachments} />}
          </li>
        ))}
      </ol>
      <form class="say" method="post" action={`${requestPath(row)}/comments`}>
        <Csrf frame={frame} />
        <label class="field">
          <span>Write to your agency</span>
          <textarea
            name="comment"
            rows={2}
            maxlength={10000}
            required
            aria-invalid={refused?.code === 'comment_empty' ? 'true' : undefined}
          />
        </label>
        <button type="submit">Send</button>
      </form>
    </section>
  );
}

const DID: Record<string, string | undefined> = {
  approve: 'approved',
  reject: 'said no',
  request_changes: 'asked for changes',
};

function Attached({ attachments }: { attachments: CommentRow['attachments'] }) {
  return (
    <ul class="attached">
      {attachments.map(({ name, reference, size_bytes }) => (
        <li>
          {reference.startsWith('https://') ? (
            <a href={reference} rel="noreferrer noopener nofollow" target="_blank">
              <Word>{name}</Word>
            </a>
          ) : (
            <Word>{name}</Word>
          )}{' '}
          <span class="muted">
            {sizeWords(size_bytes)}
            {reference.startsWith('https://') ? ', opens another site' : ', ask your agency for it'}
          </span>
        </li>
      ))}
    </ul>
  );
}

function sizeWords(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000)).toLocaleString('en')} kB`;
  return `${(bytes / 1_000_000).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}

/** What follows after an answer. No text of the address is ever shown. */
function Thanks({ done, says }: { done: string | null; says: Child }) {
  const title = done === null ? undefined : THANKS[done];
  if (title === undefined) return <></>;
  return (
    <Told tone="good" title={title}>
      {done !== 'comment' && <p>{says}</p>}
    </Told>
  );
}

const THANKS: Record<string, string | undefined> = {
  approve: 'Thank you. Your yes is recorded.',
  approve_less: 'Thank you. Your yes to less than was asked is recorded.',
  reject: 'Your no is recorded.',
  request_changes: 'Your wish for changes is recorded.',
  comment: 'Sent to your agency.',
};

function Refusal({ page: { seen, ask }, refused }: { page: RequestView; refused: Refused }) {
  return (
    <Told tone="bad" title={REFUSALS[refused.code] ?? 'Your answer did not count. Nothing was recorded.'}>
      {seen && (
        <dl class="then-now">
          <Item name="You saw">
            <Sentence ask={seen} />
          </Item>
          <Item name="Now it says">
            <Sentence ask={ask} />
          </Item>
        </dl>
      )}
      {refused.status === 409 && refused.kept && <Kept>{refused.kept}</Kept>}
    </Told>
  );
}

function Kept({ children }: { children: string }) {
  return (
    <div class="kept">
      <p class="small muted">What you wrote</p>
      <Prose>{children}</Prose>
    </div>
  );
}

const REFUSALS: Record<string, string | undefined> = {
  'terms.missing': 'Not recorded yet: how much less is not filled in.',
  'terms.unreadable': 'Not recorded yet: please look at how much less you wrote.',
  'terms.wider': 'Not recorded yet: please look at how much less you wrote.',
  'terms.nothing_kept': 'Not recorded yet: nothing is left of it.',
  'terms.empty': 'Not recorded yet: nothing is left of it.',
  comment_missing: 'Not recorded yet: please say why, so that your agency knows what to do better.',
  comment_empty: 'There was nothing to send.',
  'ticket.stale_view': 'This changed while you were reading, so your answer did not count. Please look again.',
  'ticket.not_pending': 'This was decided already, so your answer did not count.',
  'ticket.expired': 'The time for an answer was over. Everything stays as it is.',
  'ticket.superseded':
    'What this was based on has changed, so your answer did not count. Your agency has to ask again.',
  'verdict.refused': 'You cannot answer this one. Nothing was recorded.',
};

function plainTitle(ask: Ask): string {
  if (ask.kind === 'amount') return ask.campaign;
  return ask.kind === 'plan' ? ask.name : 'Request';
}
