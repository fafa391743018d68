import { type Context, Hono } from 'hono';
import { Problem } from '../../contract/problem.ts';
import { BULK_MAX, type Picked, castOneOfMany, commonShape } from '../../tickets/bulk.ts';
import type { Deps } from '../context.ts';
import { localPath, readOwnForm, visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { Icon } from './components/icon.tsx';
import { Prose } from './components/text.tsx';
import { frameOf } from './frame.ts';
import { Layout } from './layout.tsx';

interface Outcome {
  ticketId: string;
  /** Null: it was recorded. */
  why: string | null;
}

/** Several verdicts at once: each in a command of its own, so that what fails fails alone, and says so. */
export function bulkPages(deps: Deps, site: Site): Hono {
  return new Hono().post('/', async (context) => {
    const form = await readOwnForm(deps, site, context);
    const verdict = form.get('verdict') === 'reject' ? 'reject' : 'approve';
    const comment = form.get('comment')?.trim() || undefined;
    const picked = readPicked(form);
    if (verdict === 'reject' && !comment)
      throw new Problem(400, 'verdict.comment_missing', 'Say why you reject them, so that the agents can do better.');
    const { visitor, result: shape } = await visitInside(deps, site, context, 'ticket.verdict', (tx, caller) =>
      commonShape(tx, caller, picked),
    );
    const outcomes: Outcome[] = [];
    for (const one of picked)
      outcomes.push({
        ticketId: one.ticketId,
        why: await castOne(deps, site, context, (tx, caller) =>
          castOneOfMany(tx, deps.policy, caller, shape, one, verdict, comment),
        ),
      });
    const done = outcomes.filter(({ why }) => why === null);
    const frame = { ...(await frameOf(deps, site, context, visitor)), path: '/inbox' };
    const verb = verdict === 'approve' ? 'approved' : 'rejected';
    const title = `${done.length} of ${outcomes.length} ${verb}`;
    return context.html(
      <Layout frame={frame} title={title} section="Inbox">
        <div class="single">
          <h1>{title}</h1>
          {done.length < outcomes.length && <p>What was not {verb} is as it was before; each says why.</p>}
          <ul class="outcomes">
            {outcomes.map(({ ticketId, why }) => (
              <li class={why === null ? 'outcome outcome-good' : 'outcome outcome-bad'}>
                <Icon name={why === null ? 'check' : 'warn'} />
                <a href={`/tickets/${encodeURIComponent(ticketId)}`}>{ticketId}</a>
                <span>{why === null ? verb : <Prose>{why}</Prose>}</span>
              </li>
            ))}
          </ul>
          <p class="actions">
            <a class="button primary" href={localPath(form.get('back'))}>
              Back to the inbox
            </a>
          </p>
        </div>
      </Layout>,
    );
  });
}

/** @returns why it was not recorded; null when it was */
async function castOne(
  deps: Deps,
  site: Site,
  context: Context,
  command: Parameters<typeof visitInside<ReturnType<typeof castOneOfMany>>>[4],
): Promise<string | null> {
  try {
    const { result } = await visitInside(deps, site, context, 'ticket.verdict', command);
    return result.refusal?.message ?? null;
  } catch (error) {
    if (error instanceof Problem && error.status < 500 && error.status !== 401) return error.message;
    throw error;
  }
}

/** Each as `<ticket>.<revision>.<hash>`. @throws Problem 400 */
function readPicked(form: URLSearchParams): Picked[] {
  const picked = [...new Set(form.getAll('ticket'))].map((text): Picked => {
    const match = /^([A-Z0-9]+-[0-9]{1,15})\.([0-9]{1,7})\.([0-9a-f]{64})$/.exec(text);
    if (!match) throw new Problem(400, 'request.invalid', 'A selected ticket cannot be read. Load the inbox again.');
    return { ticketId: match[1]!, revision: Number(match[2]), subject_hash: match[3]! };
  });
  if (picked.length === 0) throw new Problem(400, 'bulk.empty', 'Select the tickets first.');
  if (picked.length > BULK_MAX)
    throw new Problem(400, 'bulk.too_many', `At most ${BULK_MAX} tickets are decided at once.`);
  return picked;
}
