import { loadPage } from './pages-measure.mjs';
import { TENANT } from './pages-fill.mjs';

/** Every page with the addresses that a filled agency gives it: what it is called, where it is, and who looks. */
export async function pagesOf({ url, sql }, long, cookies) {
  const inbox = (await loadPage(`${url}/inbox`, cookies.anna)).text;
  const ticket = inbox.match(/A3-\d+/g).find((one) => one !== long.ticket);
  const flag = /A9-\d+/.exec(inbox)[0];
  const requests = (await loadPage(`${url}/portal`, cookies.clara)).text;
  const campaign = (await loadPage(`${url}/campaigns/${long.campaign}`, cookies.anna)).text;
  const run = (await loadPage(`${url}/runs/${long.run}`, cookies.anna)).text;
  const runs = (await loadPage(`${url}/runs?find=agent-7`, cookies.anna)).text;
  const [{ size }] = await sql`select size from audit_head where tenant_id = ${TENANT}`;
  const hrefs = (text, pattern) => pattern.exec(text)[1].replaceAll('&amp;', '&');
  const staff = {
    inbox: '/inbox',
    'inbox, second page': hrefs(inbox, /href="(\/inbox\?after=[^"]*)"/),
    ...Object.fromEntries(
      ['red-flags', 'mine', 'my-roles', 'client', 'stale', 'breached', 'uncovered'].map((view) => [
        `inbox, ${view}`,
        `/inbox?view=${view}`,
      ]),
    ),
    'inbox, one agent': '/inbox?agent=agent-7',
    'inbox, one platform': '/inbox?platform=tiktok',
    'inbox, a type of which none waits': '/inbox?type=A7',
    'inbox, all states': '/inbox?state=any',
    'inbox, the rejected': '/inbox?state=rejected',
    'inbox with a ticket': `/inbox?ticket=${ticket}`,
    ticket: `/tickets/${ticket}`,
    'ticket, 100 comments of 10 kB': `/tickets/${long.ticket}`,
    'ticket, red flag': `/tickets/${flag}`,
    'red flags alone': '/events/flags',
    plans: '/plans',
    plan: '/plans/100',
    'plan against another': '/plans/100?with=3',
    campaigns: '/campaigns',
    'campaigns, not as approved': '/campaigns?drift=off',
    'campaign, 1,000 changes': `/campaigns/${long.campaign}`,
    'change sets': '/change-sets',
    'change set': hrefs(campaign, /href="(\/change-sets\/[^"]+)"/),
    runs: '/runs',
    'runs of an agent': '/runs?find=agent-7',
    'runs of an agent, later': hrefs(runs, /href="(\/runs\?[^"]*before=[^"]*)"/),
    'runs, exhausted': '/runs?state=exhausted',
    'runs of nobody': '/runs?find=nobody',
    'run, 5,000 charges': `/runs/${long.run}`,
    'run, later charges': hrefs(run, /href="([^"]*charges=[^"]*)"/),
    ...Object.fromEntries(
      ['24h', '7d', '30d', '90d'].flatMap((window) =>
        (window === '24h' ? ['hour'] : window === '7d' ? ['hour', 'day'] : ['day', 'week']).map((step) => [
          `metrics, ${window} by ${step}`,
          `/insights?window=${window}&step=${step}`,
        ]),
      ),
    ),
    policies: '/policies',
    'policies, a search': '/policies?find=budget',
    audit: '/audit',
    'audit, decisions': '/audit?action=decision.made',
    'audit, a rare action': '/audit?action=plan.approved',
    'audit, actions of a beginning': '/audit?action=mandate.*',
    'audit, one ticket': `/audit?resource=ticket/${ticket}`,
    'audit, a rare resource': '/audit?resource=plan/3',
    'audit, an agent': '/audit?actor=agent-7',
    'audit, a rare actor': '/audit?actor=bench-setup',
    'audit, a plan version': '/audit?plan_version=3',
    'audit, a day': `/audit?since=${long.day}&until=${long.day}`,
    'audit, an agent’s plan': '/audit?actor=agent-7&action=plan.approved',
    'audit, nothing fits': '/audit?action=nothing.fits',
    'audit, entry': `/audit/${Math.floor(size / 2)}`,
    'audit, a stretch to verify': `/audit/stretch?from=${Math.floor(size / 2)}&count=200`,
  };
  const client = {
    portal: '/portal',
    'portal, a request': hrefs(requests, /href="(\/portal\/requests\/\d+)"/),
    'portal, mandates': '/portal/mandates',
    'portal, settings': '/portal/settings',
  };
  const of = (who, paths) => Object.entries(paths).map(([name, path]) => ({ name, path, who }));
  return [...of('anna', staff), ...of('clara', client), ...of('nobody', { 'sign-in': '/sign-in' })];
}
