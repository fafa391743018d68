import { type Context, Hono } from 'hono';
import { Problem, notFound } from '../../contract/problem.ts';
import type {
  ClaimRequest,
  CommentEditRequest,
  CommentRequest,
  TicketNoteRequest,
  VerdictRequest,
} from '../../contract/types.ts';
import { parser } from '../../contract/validate.ts';
import type { Tx } from '../../audit/view.ts';
import type { Caller } from '../../tenants/tokens.ts';
import { claimTicket, releaseTicket } from '../../tickets/claims.ts';
import { addComment, editComment } from '../../tickets/comments.ts';
import { type Resolution as Resolved, castVerdict, visibleTicket, withdrawTicket } from '../../tickets/verdicts.ts';
import { queryNumber } from '../body.ts';
import type { Deps } from '../context.ts';
import { localPath, readOwnForm, visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { Deltas } from './components/deltas.tsx';
import { Notice } from './components/states.tsx';
import { Prose } from './components/text.tsx';
import { Told } from './components/time.tsx';
import { TicketArticle } from './components/ticket-article.tsx';
import type { Sent } from './components/verdict-form.tsx';
import { frameOf } from './frame.ts';
import { Layout } from './layout.tsx';
import { MORE, neededComment, ofRow, readAttachments, readVerdict } from './verdict-form-data.ts';
import { DONE, changedSince, loadTicket, ticketFacts, ticketFields } from './ticket-facts.ts';

const parseVerdict = parser<VerdictRequest>('verdict-request.json');
const parseClaim = parser<ClaimRequest>('claim-request.json');
const parseComment = parser<CommentRequest>('comment-request.json');
const parseEdit = parser<CommentEditRequest>('comment-edit-request.json');
const parseNote = parser<TicketNoteRequest>('ticket-note-request.json');

/** A ticket, and what people do to it: forms that work without scripts, on the commands that the API runs. */
export function ticketPages(deps: Deps, site: Site): Hono {
  return new Hono()
    .get('/:id', (context) => showTicket(deps, site, context, {}))
    .post('/:id/verdicts', async (context) => {
      const form = await readOwnForm(deps, site, context);
      if (form.get('verdict') === MORE) return showTicket(deps, site, context, { back: { written: form } });
      try {
        const { refusal } = await resolve(deps, site, context, form);
        if (!refusal) return context.redirect(withDone(localPath(form.get('back')), form.get('verdict')!), 303);
        const seen = Number(form.get('revision')) || undefined;
        return await showTicket(deps, site, context, { status: 409, refusal, seen, back: { written: form, refusal } });
      } catch (error) {
        if (!(error instanceof Problem && isShownHere(error))) throw error;
        const told = ofRow(error, form) ?? error;
        const back = { written: form, refusal: told };
        return showTicket(deps, site, context, { status: told.status as 400, refusal: told, back });
      }
    })
    .post('/:id/claim', async (context) => {
      const form = await readOwnForm(deps, site, context);
      const id = context.req.param('id');
      const releases = form.get('claim') === 'release';
      const { minutes } = parseClaim({ minutes: releases ? 1 : Number(form.get('minutes')) });
      try {
        await visitInside(deps, site, context, 'ticket.claim', (tx, caller) =>
          releases ? releaseTicket(tx, deps.policy, caller, id) : claimTicket(tx, deps.policy, caller, id, minutes),
        );
      } catch (error) {
        if (!(error instanceof Problem && isShownHere(error))) throw error;
        return showTicket(deps, site, context, { status: error.status as 400, refusal: error });
      }
      return context.redirect(withDone(localPath(form.get('back')), releases ? 'release' : 'claim'), 303);
    })
    .post('/:id/comments', async (context) => {
      const form = await readOwnForm(deps, site, context);
      try {
        const attachments = readAttachments(form);
        const request = parseComment({
          comment: neededComment(form),
          visibility: form.get('visibility') ?? 'internal',
          ...(attachments.length > 0 && { attachments }),
        });
        await visitInside(deps, site, context, 'ticket.comment', (tx, caller) =>
          addComment(tx, caller, context.req.param('id'), request),
        );
      } catch (error) {
        if (!(error instanceof Problem && isShownHere(error))) throw error;
        const said = form.get('comment') ?? undefined;
        return showTicket(deps, site, context, { status: error.status as 400, refusal: error, said });
      }
      return context.redirect(withDone(localPath(form.get('back')), 'comment'), 303);
    })
    .post('/:id/comments/:seq', async (context) => {
      const form = await readOwnForm(deps, site, context);
      const seq = context.req.param('seq');
      if (!/^[0-9]{1,15}$/.test(seq)) throw notFound('comment');
      const request = parseEdit({ comment: neededComment(form) });
      await visitInside(deps, site, context, 'ticket.comment', (tx, caller) =>
        editComment(tx, caller, context.req.param('id'), Number(seq), request),
      );
      return context.redirect(withDone(localPath(form.get('back')), 'edit'), 303);
    });
}

interface Shown {
  status?: 200 | 400 | 403 | 409 | 422;
  refusal?: Problem | undefined;
  /** Revision that the refused verdict was about. */
  seen?: number | undefined;
  /** The form as it was written, so that nothing of it is lost. */
  back?: Sent | undefined;
  /** What was written for the thread. */
  said?: string | undefined;
}

async function showTicket(deps: Deps, site: Site, context: Context, shown: Shown): Promise<Response> {
  const id = context.req.param('id')!;
  const { visitor, result } = await visitInside(deps, site, context, 'ticket.read', (tx, caller) =>
    ticketFacts(tx, deps.policy, caller, id),
  );
  const [frame, page] = await Promise.all([frameOf(deps, site, context, visitor), loadTicket(deps, visitor, result)]);
  const path = `/tickets/${result.row.ticket_id}`;
  const done = DONE[context.req.query('done') ?? ''];
  const { refusal, seen, back, said, status = 200 } = shown;
  const kept = back?.written.get('comment')?.trim() || said;
  const asked = queryNumber(context, 'seen', 1, 1_000_000);
  return context.html(
    <Layout frame={{ ...frame, path }} title={page.ticket.ticket_id} section="Inbox">
      <div class="single">
        <a class="to-list-always" href="/inbox">
          ← Inbox
        </a>
        {done && <Notice tone="good" title={done} />}
        {!refusal && asked !== page.ticket.revision && asked !== undefined && (
          <Notice tone="wait" title={`What changed since revision ${asked}`} id="changed">
            <Deltas
              diff={changedSince(page, asked)}
              currency={page.currency}
              caption={`Changes from revision ${asked} to ${page.ticket.revision}`}
              between={[`Revision ${asked}`, `Revision ${page.ticket.revision}`]}
            />
          </Notice>
        )}
        {refusal && (
          <Notice tone="bad" title={REFUSALS[refusal.code] ?? 'Nothing was recorded.'}>
            <p>
              <Told>{refusal.message}</Told>
            </p>
            {seen !== undefined && seen !== page.ticket.revision && (
              <Deltas
                diff={changedSince(page, seen)}
                currency={page.currency}
                caption={`What changed since revision ${seen}, which you saw`}
                between={[`Revision ${seen}`, `Revision ${page.ticket.revision}`]}
              />
            )}
            {kept && (
              <div class="kept">
                <h2>What you wrote</h2>
                <Prose>{kept}</Prose>
              </div>
            )}
          </Notice>
        )}
        <TicketArticle page={page} frame={{ ...frame, path }} back={back} said={said} />
      </div>
    </Layout>,
    status,
  );
}

const REFUSALS: Record<string, string> = {
  'ticket.stale_view': 'It changed while you looked. Your verdict was not counted; read what changed and decide again.',
  'ticket.not_pending': 'Someone was faster. Your verdict was not counted.',
  'ticket.not_approved': 'There is no approval to revoke any more.',
  'ticket.not_open': 'Someone was faster. Nothing was recorded.',
  'estimate.too_low': 'With this estimate the guard would trip again at once.',
  'ticket.expired': 'Too late: the request lapsed.',
  'ticket.superseded': 'What it was based on changed. The agent has to ask again.',
  'verdict.refused': 'Policy does not let you do that. Nothing was recorded.',
  'ticket.claimed': 'Someone else works on it.',
  'change.row': 'Not recorded yet.',
  'change.too_many': 'Not recorded yet.',
  'terms.unreadable': 'Not recorded yet.',
  'terms.nothing_kept': 'Not recorded yet.',
  'terms.empty': 'Together with the terms of others these leave nothing. Nothing was recorded.',
  'terms.wider': 'Terms can only be tighter than what was asked. Nothing was recorded.',
  'verdict.unread': 'Not approved yet.',
  'verdict.comment_missing': 'Not recorded yet.',
};

/** Refusals are shown on the ticket; who is not let in, or is at a ticket that is not there, gets a page that says so. */
function isShownHere({ status, code }: Problem): boolean {
  return code in REFUSALS || ([400, 409, 422].includes(status) && !code.startsWith('body.'));
}

/** The command that the form's button stands for. */
async function resolve(deps: Deps, site: Site, context: Context, form: URLSearchParams): Promise<Resolved> {
  const id = context.req.param('id')!;
  const verdict = form.get('verdict');
  const run = (command: (tx: Tx, caller: Caller) => Resolved, operation = 'ticket.verdict') =>
    visitInside(deps, site, context, operation, command).then(({ result }) => result);
  if (verdict === 'cancel') {
    const { comment } = parseNote({ comment: neededComment(form) });
    return run((tx, caller) => withdrawTicket(tx, deps.policy, caller, id, 'cancel', comment), 'ticket.cancel');
  }
  if (verdict === 'revoke') {
    const { comment } = parseNote({ comment: neededComment(form) });
    return run((tx, caller) => withdrawTicket(tx, deps.policy, caller, id, 'revoke', comment));
  }
  const isRead = form.get('confirmed') === 'yes' || (verdict !== 'approve' && verdict !== 'resolve');
  return run((tx, caller) => {
    if (!isRead && visibleTicket(tx, caller, id).risk === 'high')
      throw new Problem(400, 'verdict.unread', 'This is of high risk: tick the box to confirm that you have read it.');
    const { row, fields, currency } = ticketFields(tx, caller, id);
    return castVerdict(tx, deps.policy, caller, id, parseVerdict(readVerdict(form, row, fields, currency)));
  });
}

function withDone(path: string, done: string): string {
  const url = new URL(path, 'http://here');
  url.searchParams.set('done', done);
  return `${url.pathname}${url.search}`;
}
