import type { Context } from 'hono';
import type { Tx } from '../../audit/view.ts';
import { Problem, notFound } from '../../contract/problem.ts';
import type { CommentRequest, VerdictRequest } from '../../contract/types.ts';
import { parser } from '../../contract/validate.ts';
import { type Choices, choicesOf } from '../../tickets/choices.ts';
import { clientThread, clientVotes } from '../../tickets/client-view.ts';
import { addComment } from '../../tickets/comments.ts';
import { readRows } from '../../plans/store.ts';
import { ticketIdOf } from '../../tickets/queries.ts';
import { readRevision, readThread } from '../../tickets/store.ts';
import type { TicketRow } from '../../tickets/tables.ts';
import { personTable } from '../../tenants/people.ts';
import type { Caller } from '../../tenants/tokens.ts';
import { castVerdict } from '../../tickets/verdicts.ts';
import type { Deps } from '../context.ts';
import { readSession } from '../session/cookie.ts';
import { type Visitor, readOwnForm } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { ticketFields } from '../pages/ticket-facts.ts';
import { readTerms } from '../pages/terms-form-data.ts';
import { askOf } from './asks.ts';
import { offersOf } from './less.tsx';
import { asOf, loadHeld, requestPath } from './requests.ts';
import { RequestPage } from './request-page.tsx';
import type { Refused } from './request-view.ts';
import { isClient, visitPortal } from './visit-portal.ts';

const parseVerdict = parser<VerdictRequest>('verdict-request.json');
const parseComment = parser<CommentRequest>('comment-request.json');

export async function showRequest(deps: Deps, site: Site, context: Context, refused?: Refused): Promise<Response> {
  const { frame, visitor, result } = await onRequest(deps, site, context, 'ticket.read', (tx, caller, id) => {
    const fields = ticketFields(tx, caller, id);
    const row = asOf(fields.row, new Date(tx.now));
    return { row, currency: fields.currency, choices: choicesOf(tx, deps.policy, caller, row) };
  });
  const { row, currency, choices } = result;
  const isOld = refused?.revision !== undefined && refused.revision !== row.revision;
  const seen = isOld ? await readRevision(deps.sql, visitor.tenant, row.ticket_id, refused.revision!) : null;
  const subjects = [row.subject, ...(seen ? [seen.subject] : [])];
  const [held, thread] = await Promise.all([
    loadHeld(deps.sql, visitor.tenant, subjects),
    readThread(deps.sql, visitor.tenant, row.ticket_id),
  ]);
  const { comments, earlier } = latestOf(clientThread(thread).comments);
  const page = {
    row,
    currency,
    choices: offered(row, choices),
    offers: offersOf(choices.tighter, row, currency),
    ask: askOf(row.subject, held),
    seen: seen && askOf(seen.subject, held),
    comments,
    earlier,
    people: await ownPeople(deps, visitor, comments, row),
    done: context.req.query('done') ?? null,
    refused: refused ?? null,
    frame: { ...frame, path: requestPath(row) },
  };
  return context.html(<RequestPage {...page} />, refused?.status ?? 200);
}

/** The client's answer, bound to what its page showed. */
export async function answerRequest(deps: Deps, site: Site, context: Context): Promise<Response> {
  const form = await readOwnForm(deps, site, context);
  const said = form.get('verdict');
  // Whoever fills in less and presses the plain yes means less as well.
  const less = said === 'approve_less';
  const verdict = less ? 'approve' : said;
  const comment = form.get('comment')?.trim() || undefined;
  const revision = Number(form.get('revision')) || undefined;
  const refused = { kept: comment, revision, written: form };
  if (comment === undefined && verdict !== 'approve')
    return showRequest(deps, site, context, { ...refused, status: 400, code: 'comment_missing' });
  try {
    const { result } = await onRequest(deps, site, context, 'ticket.verdict', (tx, caller, id) => {
      const { row, currency } = ticketFields(tx, caller, id);
      // What was typed on another revision is not read against this one: the verdict is refused.
      const terms = verdict === 'approve' && row.revision === revision ? readTerms(form, row, currency) : [];
      if (less && terms.length === 0 && row.revision === revision)
        throw new Problem(400, 'terms.missing', 'Nothing was narrowed.');
      const request = parseVerdict({
        verdict,
        revision,
        subject_hash: form.get('subject_hash'),
        ...(comment !== undefined && { comment }),
        ...(terms.length > 0 && { terms }),
      });
      return { ...castVerdict(tx, deps.policy, caller, id, request), narrowed: terms.length > 0 };
    });
    const done = result.narrowed ? 'approve_less' : verdict;
    if (!result.refusal) return context.redirect(`${pathOf(context)}?done=${done}`, 303);
    return await showRequest(deps, site, context, { ...refused, status: 409, code: result.refusal.code });
  } catch (error) {
    if (!(error instanceof Problem && (error.code === 'verdict.refused' || error.code.startsWith('terms.'))))
      throw error;
    const pointer = error.extra['pointer'] as string | undefined;
    return showRequest(deps, site, context, {
      ...refused,
      status: error.status as Refused['status'],
      code: error.code,
      pointer,
    });
  }
}

export async function commentOnRequest(deps: Deps, site: Site, context: Context): Promise<Response> {
  const form = await readOwnForm(deps, site, context);
  const body = form.get('comment')?.trim();
  if (!body) return showRequest(deps, site, context, { status: 400, code: 'comment_empty' });
  const request = parseComment({ comment: body });
  await onRequest(deps, site, context, 'ticket.comment', (tx, caller, id) => addComment(tx, caller, id, request));
  return context.redirect(`${pathOf(context)}?done=comment#words`, 303);
}

const COMMENTS_MAX = 50;
const CHARACTERS_MAX = 80_000;

/** The latest words, as many as a page can carry. */
function latestOf<Comment extends { body: string }>(all: Comment[]): { comments: Comment[]; earlier: number } {
  let characters = 0;
  const comments = all
    .slice(-COMMENTS_MAX)
    .reverse()
    .filter(({ body }) => (characters += body.length) <= CHARACTERS_MAX)
    .reverse();
  return { comments, earlier: all.length - comments.length };
}

/** Names of the people on the client's side who said something. */
async function ownPeople(
  deps: Deps,
  visitor: Visitor,
  comments: { author_id: string; author_kind: string }[],
  row: TicketRow,
): Promise<Map<string, string>> {
  const authors = comments.filter(({ author_kind }) => author_kind === 'human').map(({ author_id }) => author_id);
  const ids = [...new Set([...authors, ...clientVotes(row).map(({ voter }) => voter)])];
  const people = await readRows(deps.sql, personTable, visitor.tenant, ids);
  return new Map(
    people
      .filter(({ person_id: id, roles }) => isClient(deps.policy, { kind: 'human', id, roles }))
      .map(({ person_id, name }) => [person_id, name]),
  );
}

/** To what the agency decides itself the client may object, and no more. */
function offered(row: TicketRow, choices: Choices) {
  const objects = row.spec.slots.every(({ any_of }) => !any_of.includes('client'));
  return {
    approve: choices.approve.allowed,
    reject: choices.reject.allowed,
    request_changes: choices.request_changes.allowed && !objects,
    objects,
  };
}

/** A command on the request that the address names. Its number becomes an id first, and means nothing outside of the session's tenant. */
async function onRequest<T>(
  deps: Deps,
  site: Site,
  context: Context,
  operation: string,
  command: (tx: Tx, caller: Caller, id: string) => T,
) {
  const { tenant } = readSession(site, context, deps.clock());
  const number = Number(context.req.param('number'));
  const id = Number.isSafeInteger(number) ? await ticketIdOf(deps.sql, tenant, number) : null;
  return visitPortal(deps, site, context, operation, (tx, caller) => {
    if (id === null) throw notFound('request');
    return command(tx, caller, id);
  });
}

function pathOf(context: Context): string {
  return `/portal/requests/${Number(context.req.param('number'))}`;
}
