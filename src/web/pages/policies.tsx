import { Hono } from 'hono';
import { currentTenant } from '../../tenants/tenants.ts';
import type { Deps } from '../context.ts';
import { visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { Ceilings } from './components/policy-ceilings.tsx';
import { Profiles, Rules, TicketTypes } from './components/policy-tables.tsx';
import { Empty, Notice } from './components/states.tsx';
import { Word } from './components/text.tsx';
import { Time } from './components/time.tsx';
import { frameOf } from './frame.ts';
import { Layout } from './layout.tsx';
import { found, searchCatalogue } from './policy-search.ts';
import { limitsOf } from './policy-limits.ts';

const QUERY_MAX = 100;

/** What policy says, in words: the bundle that runs, its ticket types, rules, profiles, and how far the tenant may go. */
export function policyPages(deps: Deps, site: Site): Hono {
  const { catalogue } = site;
  const loadedAt = deps.clock().toISOString();
  return new Hono().get('/', async (context) => {
    const query = context.req.query('q')?.trim().slice(0, QUERY_MAX) ?? '';
    const { visitor, result } = await visitInside(deps, site, context, 'config.read', (tx) => currentTenant(tx).config);
    const frame = await frameOf(deps, site, context, visitor);
    const shown = searchCatalogue(catalogue, limitsOf(catalogue, result.config), query);
    const { packages, ticket_types, profiles, limits } = shown;
    const count = found(shown);
    const searching = query !== '';
    const rules = catalogue.packages.reduce((sum, one) => sum + one.rules.length, 0);
    return context.html(
      <Layout frame={frame} title="Policies" section="Policies" extra={['ops.css']}>
        <div class="page">
          <header class="page-head">
            <h1>Policies</h1>
            <dl class="revision">
              <div>
                <dt>Revision in force (SHA-256 of the bundle)</dt>
                <dd>
                  <code class="hash">{deps.policy.revision}</code>
                </dd>
              </div>
              <div>
                <dt>Loaded here</dt>
                <dd>
                  <Time at={loadedAt} />
                </dd>
              </div>
              <div>
                <dt>Compiled by</dt>
                <dd>OPA {catalogue.opa_version}</dd>
              </div>
              <div>
                <dt>Tests</dt>
                <dd>
                  {catalogue.tests.rego} in Rego, {catalogue.tests.cases} cases on OPA and WASM
                </dd>
              </div>
              <div>
                <dt>Coverage</dt>
                <dd>every line of the {rules} rules; a bundle below 100 % fails CI</dd>
              </div>
            </dl>
            {catalogue.revision !== deps.policy.revision && (
              <Notice tone="wait" title="These words are of another revision">
                <p>
                  They describe <code>{catalogue.revision.slice(0, 12)}</code>; what the bundle in force says may
                  differ.
                </p>
              </Notice>
            )}
          </header>
          <form class="search" method="get" action="/policies" role="search" aria-label="Policies">
            <label class="field wide-field">
              <span>Search rules, codes, sources, ticket types and limits</span>
              <input
                id="filters"
                type="search"
                name="q"
                value={query}
                maxlength={QUERY_MAX}
                placeholder="budget client"
              />
            </label>
            <p class="search-actions">
              <button type="submit">Search</button>
              {searching && <a href="/policies">Show everything</a>}
            </p>
          </form>
          {searching && (
            <p role="status">
              {count === 0 ? 'Nothing' : count} {count <= 1 ? 'fits' : 'fit'} “<Word>{query}</Word>”.
            </p>
          )}
          {searching && count === 0 ? (
            <Empty title="No rule, source or limit has these words">
              <a href="/policies">Show everything</a>
            </Empty>
          ) : (
            <>
              {!searching && (
                <nav class="contents" aria-label="On this page">
                  <a href="#tickets">Ticket types</a>
                  <a href="#limits">What this tenant may change</a>
                  <a href="#compliance">Compliance profiles</a>
                  <a href="#rules">Rules</a>
                </nav>
              )}
              {ticket_types.length > 0 && (
                <TicketTypes types={ticket_types} targets={result.config.sla_policy?.targets ?? {}} />
              )}
              {limits.length > 0 && (
                <Ceilings limits={limits} version={result.version} since={result.created_at} by={result.created_by} />
              )}
              {profiles.length > 0 && (
                <Profiles
                  profiles={profiles}
                  inForce={result.config.approval_policy.vertical_compliance_profile}
                  open={searching}
                />
              )}
              {packages.length > 0 && <Rules packages={packages} open={searching} />}
            </>
          )}
        </div>
      </Layout>,
    );
  });
}
