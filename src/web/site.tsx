import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { Problem } from '../contract/problem.ts';
import { readForm } from './body.ts';
import type { Deps } from './context.ts';
import { asProblem } from './as-problem.ts';
import { accountPages } from './pages/account.tsx';
import { auditPages } from './pages/audit.tsx';
import { bulkPages } from './pages/bulk.tsx';
import { eventPages } from './pages/events.tsx';
import { campaignPages } from './pages/campaigns.tsx';
import { changeSetPages } from './pages/change-sets.tsx';
import { frameOf } from './pages/frame.ts';
import { inboxPages } from './pages/inbox.tsx';
import { insightsPages } from './pages/insights.tsx';
import { mandatePages } from './pages/mandates.tsx';
import { planPages } from './pages/plans.tsx';
import { policyPages } from './pages/policies.tsx';
import { ProblemPage } from './pages/problem.tsx';
import { runPages } from './pages/runs.tsx';
import { sessionPages } from './pages/sessions.tsx';
import { ticketPages } from './pages/ticket.tsx';
import { portalPages } from './portal/portal.ts';
import { PortalRefusal } from './portal/refusal.tsx';
import { isClient } from './portal/visit-portal.ts';
import { checkOrigin, dropSession } from './session/cookie.ts';
import { lookOf } from './session/look.ts';
import type { Why } from './session/pages.tsx';
import { sessionRoutes } from './session/routes.tsx';
import { localPath, visit } from './session/visit.ts';
import type { Site } from './site-settings.ts';

const YEAR_SECONDS = 31_536_000;
const COMPRESSED = [
  'inbox',
  'tickets',
  'plans',
  'campaigns',
  'change-sets',
  'runs',
  'insights',
  'policies',
  'audit',
  'portal',
].map((section) => `/${section}/*`);

/** The pages: what people see in a browser. Beside the API, on the same commands. */
export function sitePages(deps: Deps, site: Site): Hono {
  const pages = new Hono();
  pages.onError((error, context) =>
    answerProblem(deps, site, context, asProblem(deps.log, context, error, 'page failed')),
  );
  pages.use(async (context, next) => {
    await next();
    protect(site, context);
  });
  // Pages are mostly repetition: a tenth of their bytes travels. Streams and the files below are left alone.
  for (const path of COMPRESSED) pages.use(path, compress({ threshold: 4096 }));
  pages.get('/assets/:name', (context) => {
    const asset = site.assets.find(context.req.param('name'));
    if (!asset) throw new Problem(404, 'not_found', 'There is no such file.');
    const zipped = /\bgzip\b/.test(context.req.header('accept-encoding') ?? '');
    context.header('content-type', asset.type);
    context.header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`);
    context.header('vary', 'accept-encoding');
    if (zipped) context.header('content-encoding', 'gzip');
    return context.body(zipped ? asset.gzip : asset.body);
  });
  pages.get('/', async (context) => {
    const { visitor } = await visit(deps, site, context, 'ticket.list', () => null);
    return context.redirect(isClient(deps.policy, visitor.caller) ? '/portal' : '/inbox', 303);
  });
  pages.route('/', sessionRoutes(deps, site));
  pages.route('/events', eventPages(deps, site));
  pages.route('/inbox/bulk', bulkPages(deps, site));
  pages.route('/inbox', inboxPages(deps, site));
  pages.route('/tickets', ticketPages(deps, site));
  pages.route('/plans', planPages(deps, site));
  pages.route('/insights', insightsPages(deps, site));
  pages.route('/campaigns', campaignPages(deps, site));
  pages.route('/runs', runPages(deps, site));
  pages.route('/change-sets', changeSetPages(deps, site));
  pages.route('/policies', policyPages(deps, site));
  pages.route('/sessions', sessionPages(deps, site));
  pages.route('/audit', auditPages(deps, site));
  pages.route('/account', accountPages(deps, site));
  pages.route('/mandates', mandatePages(deps, site));
  pages.route('/portal', portalPages(deps, site));
  return pages;
}

/** Does a browser ask for a page, and not a program for the API? */
export function wantsPage(context: Context): boolean {
  return (context.req.header('accept') ?? '').includes('text/html') && !/^\/(v1|access)\//.test(context.req.path);
}

/** The error as a page; whoever is not signed in is sent to where they can be, and comes back. */
export async function answerProblem(deps: Deps, site: Site, context: Context, problem: Problem): Promise<Response> {
  const signedOut = problem.status === 401;
  const url = new URL(context.req.url);
  if (signedOut) dropSession(site, context);
  protect(site, context);
  const isGet = context.req.method === 'GET';
  if (signedOut && isGet) {
    const why = WHY[problem.code];
    const back = encodeURIComponent(localPath(url.pathname + url.search));
    return context.redirect(`/sign-in?back=${back}${why ? `&why=${why}` : ''}`, 303);
  }
  const visitor = signedOut
    ? null
    : await visit(deps, site, context, 'ticket.list', () => null).then(
        (visited) => visited.visitor,
        () => null,
      );
  const isOfPortal = visitor ? isClient(deps.policy, visitor.caller) : lookOf(context, url.pathname) === 'portal';
  // Links in mail lead to tickets; a client's are requests.
  const ticket = /^\/tickets\/[A-Z][0-9]+-([0-9]{1,15})$/.exec(url.pathname);
  if (isOfPortal && ticket && problem.code === 'page.agency_only' && isGet)
    return context.redirect(`/portal/requests/${ticket[1]}`, 303);
  const around = await frameOf(deps, site, context, visitor).catch(() => frameOf(deps, site, context, null));
  // A form is on a page: that is where its sender was, and goes on.
  const frame = isGet ? around : { ...around, path: pageOfForm(site, context) };
  if (problem.status === 503) context.header('retry-after', '1');
  const Refusal = isOfPortal ? PortalRefusal : ProblemPage;
  return context.html(
    <Refusal frame={frame} problem={problem} kept={isGet ? undefined : await writtenIn(site, context)} />,
    problem.status as 500,
  );
}

/** Why a sign-in is wanted of someone who had one; the sign-in page says it in words. */
const WHY: Record<string, Why | undefined> = {
  'session.idle': 'idle',
  'session.expired': 'over',
  'session.ended': 'ended',
  'session.unknown': 'ended',
  'session.person_inactive': 'inactive',
};

/** The page of ours that a form was on, as far as its browser says. */
function pageOfForm(site: Site, context: Context): string {
  const referer = context.req.header('referer');
  const own = new URL(site.publicUrl ?? context.req.url).origin;
  if (referer === undefined || !URL.canParse(referer)) return '/';
  const { origin, pathname, search } = new URL(referer);
  return origin === own ? localPath(pathname + search) : '/';
}

/** What was written in a form of ours that came to nothing. What another site sent is not shown as if somebody had written it. */
async function writtenIn(site: Site, context: Context): Promise<string | undefined> {
  try {
    checkOrigin(site, context);
    const form = await readForm(context);
    return form.get('comment')?.trim() || form.get('reason')?.trim() || undefined;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** What a browser may do with what we send: run our scripts, and be shown in nobody's frame. */
function protect(site: Site, context: Context): void {
  const headers = context.res.headers;
  const forms = site.oidc ? `'self' ${site.oidc.origin}` : `'self'`;
  headers.set(
    'content-security-policy',
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`,
  );
  headers.set('referrer-policy', 'same-origin');
  headers.set('x-content-type-options', 'nosniff');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  if (site.secure) headers.set('strict-transport-security', `max-age=${YEAR_SECONDS}; includeSubDomains`);
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
}
