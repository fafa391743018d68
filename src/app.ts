import { Hono } from 'hono';
import { Problem, invalid, problemBody } from './contract/problem.ts';
import { asProblem } from './web/as-problem.ts';
import { auditRoutes } from './web/audit.ts';
import { campaignRoutes, manifestRoutes } from './web/campaigns.ts';
import { changeSetRoutes } from './web/change-sets.ts';
import type { Deps } from './web/context.ts';
import { creativeRoutes } from './web/creatives.ts';
import { costGuardRoutes, runCostRoutes, spendRoutes } from './web/cost.ts';
import { decisionRoutes } from './web/decisions.ts';
import { contactRoutes } from './web/contact.ts';
import { eventRoutes } from './web/events.ts';
import { webhookRoutes } from './web/webhooks.ts';
import { mandateRoutes } from './web/mandates.ts';
import { metricsRoutes, prometheusRoutes } from './web/metrics.ts';
import { openapi } from './web/openapi.ts';
import { peopleRoutes } from './web/people.ts';
import { planRoutes } from './web/plans.ts';
import { otlpRoutes } from './web/otlp.ts';
import { qcRoutes } from './web/qc.ts';
import { answerProblem, sitePages, wantsPage } from './web/site.tsx';
import { priceRoutes } from './web/prices.ts';
import { runRoutes } from './web/runs.ts';
import { tenantRoutes } from './web/tenant.ts';
import { ticketWorkRoutes } from './web/ticket-work.ts';
import { ticketRoutes } from './web/tickets.ts';

/** The whole service as one Hono app, over the parts that are passed in. */
export function createApp(deps: Deps): Hono {
  const { log, sql } = deps;
  const app = new Hono();

  app.onError((error, context) => {
    const problem = asProblem(log, context, error, 'request failed');
    const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
    if (problem.status === 401) headers['www-authenticate'] = `Bearer error="invalid_token"`;
    if (problem.status === 503) headers['retry-after'] = '1';
    return context.body(JSON.stringify(problemBody(problem)), problem.status as 500, headers);
  });
  app.notFound((context) => {
    const problem = new Problem(404, 'route.unknown', `There is no ${context.req.method} ${context.req.path}.`);
    if (deps.site && wantsPage(context)) return answerProblem(deps, deps.site, context, problem);
    return context.body(JSON.stringify(problemBody(problem)), 404, { 'content-type': 'application/problem+json' });
  });

  // No id holds a NUL, and PostgreSQL refuses a statement with one.
  app.use(async (context, next) => {
    if (context.req.raw.url.includes('%00'))
      throw invalid([{ field: '?', code: 'url.nul', message: 'must not hold a NUL' }]);
    await next();
  });

  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', async (context) => {
    await sql`select 1 from audit_head limit 1`.catch((cause) => {
      throw Object.assign(new Problem(503, 'storage.unavailable', 'The database does not answer.'), { cause });
    });
    return context.json({ status: 'ready', policy: deps.policy.revision });
  });
  app.get('/openapi.json', (context) => context.json(openapi));

  app.route('/v1/decisions', decisionRoutes(deps));
  app.route('/v1/tickets', ticketRoutes(deps));
  app.route('/v1/tickets', ticketWorkRoutes(deps));
  app.route('/v1/people', peopleRoutes(deps));
  app.route('/v1/tenant', tenantRoutes(deps));
  app.route('/v1/plans', planRoutes(deps));
  app.route('/v1/campaigns', campaignRoutes(deps));
  app.route('/v1/manifest', manifestRoutes(deps));
  app.route('/v1/change-sets', changeSetRoutes(deps));
  app.route('/v1/creatives', creativeRoutes(deps));
  app.route('/v1/qc', qcRoutes(deps));
  app.route('/v1/events', eventRoutes(deps));
  app.route('/v1/people/me/contact', contactRoutes(deps));
  app.route('/v1/webhooks', webhookRoutes(deps));
  app.route('/v1/runs', runRoutes(deps));
  app.route('/v1/runs', runCostRoutes(deps));
  app.route('/v1/spend-events', spendRoutes(deps));
  app.route('/v1/cost-guard', costGuardRoutes(deps));
  app.route('/v1/mandates', mandateRoutes(deps));
  app.route('/v1/prices', priceRoutes(deps));
  app.route('/v1/metrics', metricsRoutes(deps));
  app.route('/metrics', prometheusRoutes(deps));
  app.route('/v1/otlp', otlpRoutes(deps));
  app.route('/v1/audit', auditRoutes(deps));
  if (deps.site) app.route('/', sitePages(deps, deps.site));
  return app;
}
