import { type Context, Hono } from 'hono';
import { notFound } from '../../contract/problem.ts';
import { type SessionRow, endSession, sessionTable } from '../../tenants/sessions.ts';
import { listSessions } from '../../tenants/store.ts';
import { actorOf } from '../../tenants/tokens.ts';
import type { Deps } from '../context.ts';
import { dropSession } from '../session/cookie.ts';
import { signOut } from '../session/sign-out.ts';
import { readOwnForm, visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { Grid, Head } from './components/record.tsx';
import { Notice } from './components/states.tsx';
import { Word } from './components/text.tsx';
import { Time } from './components/time.tsx';
import { type Frame, frameOf } from './frame.ts';
import { Csrf, Layout } from './layout.tsx';

const PAGE = 100;

/** Who is signed in: one's own sessions, and everybody's for those whom policy lets see them. Each can be ended. */
export function sessionPages(deps: Deps, site: Site): Hono {
  return new Hono()
    .get('/', async (context) => {
      const { visitor } = await visitInside(deps, site, context, 'session.read', () => null);
      const { caller } = visitor;
      const [frame, found] = await Promise.all([
        frameOf(deps, site, context, visitor),
        listSessions(deps.sql, visitor.tenant, {
          person: caller.scope === 'all' ? null : caller.id,
          after: readCursor(context),
          now: deps.clock().toISOString(),
          limit: PAGE + 1,
        }),
      ]);
      const rows = found.slice(0, PAGE);
      return context.html(
        <Layout frame={frame} title="Sessions" extra={['record.css']}>
          <div class="page">
            {context.req.query('done') === 'ended' && <Notice tone="good" title="That session is over." />}
            <Head title="Sessions">
              <p class="muted">
                {caller.scope === 'all'
                  ? `Who is signed in at ${visitor.tenantName}.`
                  : 'Where you are signed in. End what you do not know.'}
              </p>
            </Head>
            <Grid
              caption="Sessions that go on"
              head={['Who', 'Browser', 'By', 'Since', 'At the latest until', <span class="visually-hidden">End</span>]}
            >
              {rows.map((row) => (
                <Session row={row} frame={frame} />
              ))}
            </Grid>
            {found.length > PAGE && (
              <nav class="pager" aria-label="Pages">
                <a href={`/sessions?after=${encodeURIComponent(cursorOf(rows.at(-1)!))}`} rel="next">
                  Others
                </a>
              </nav>
            )}
          </div>
        </Layout>,
      );
    })
    .post('/:id/end', async (context) => {
      await readOwnForm(deps, site, context);
      const id = context.req.param('id');
      const { visitor, result: isOwn } = await visitInside(deps, site, context, 'session.end', (tx, caller) => {
        const row = tx.get(sessionTable, id);
        if (!row || (caller.scope !== 'all' && row.person_id !== caller.id)) throw notFound('session');
        if (row.person_id !== caller.id) endSession(tx, actorOf(caller), id, 'ended_by_another');
        return row.person_id === caller.id;
      });
      const { credential } = visitor;
      if (isOwn) await signOut(deps, { ...credential, sessionId: id }, false);
      if (id !== credential.sessionId) return context.redirect('/sessions?done=ended', 303);
      dropSession(site, context);
      return context.redirect('/sign-in?out', 303);
    });
}

function Session({ row, frame }: { row: SessionRow; frame: Frame }) {
  const isThis = row.session_id === frame.visitor!.credential.sessionId;
  return (
    <tr>
      <th scope="row">
        <Word>{row.person_id}</Word>
        {isThis && <span class="muted"> · this one</span>}
      </th>
      <td>
        {row.browser === null ? (
          <span class="absent">unknown</span>
        ) : (
          <span title={row.browser}>{browserWords(row.browser)}</span>
        )}
      </td>
      <td>{row.method === 'oidc' ? 'company account' : 'one-time link'}</td>
      <td>
        <Time at={row.started_at} form="short" />
      </td>
      <td>
        <Time at={row.expires_at} form="short" />
      </td>
      <td>
        <form method="post" action={`/sessions/${row.session_id}/end`}>
          <Csrf frame={frame} />
          <button type="submit">
            {isThis ? 'Sign out' : 'End'}
            <span class="visually-hidden">
              {' '}
              session of {row.person_id} since {row.started_at}
            </span>
          </button>
        </form>
      </td>
    </tr>
  );
}

const BROWSERS = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const;
const SYSTEMS = [
  [/Windows/, 'Windows'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
] as const;

/** What a person calls the browser that sent this `User-Agent`: `Firefox on Linux`. The header itself is shown on hover. */
function browserWords(userAgent: string): string {
  const [browser, system] = [BROWSERS, SYSTEMS].map((names) => names.find(([is]) => is.test(userAgent))?.[1]);
  return browser ? `${browser}${system ? ` on ${system}` : ''}` : 'another program';
}

function cursorOf({ person_id, session_id }: SessionRow): string {
  return `${session_id} ${person_id}`;
}

function readCursor(context: Context): { person: string; session: string } | null {
  const [, session, person] = /^([A-Za-z0-9_-]{1,64}) (.{1,128})$/.exec(context.req.query('after') ?? '') ?? [];
  return session && person ? { person, session } : null;
}
