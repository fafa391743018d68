import type { Context } from 'hono';
import { Problem } from '../../contract/problem.ts';
import type { Mandate } from '../../contract/types.ts';
import { parser } from '../../contract/validate.ts';
import { grantMandate, mandateLimits, revokeMandate } from '../../plans/mandates.ts';
import { listMandates, listMonths, listRows, readRows } from '../../plans/store.ts';
import { campaignTable, planTable } from '../../plans/tables.ts';
import { personTable } from '../../tenants/people.ts';
import { currentTenant } from '../../tenants/tenants.ts';
import { actorOf } from '../../tenants/tokens.ts';
import type { Deps } from '../context.ts';
import { readOwnForm } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { type Draft, MandatesPage } from './mandates-page.tsx';
import { isClient, visitPortal } from './visit-portal.ts';

const parseMandate = parser<Mandate>('mandate.json');
const SHOWN_MAX = 40;
const CAMPAIGNS_MAX = 100;

/** What the client lets pass without being asked: what stands, what was used of it this month, and a new one. */
export async function mandatesPage(deps: Deps, site: Site, context: Context, draft?: Draft): Promise<Response> {
  const { frame, visitor, result } = await visitPortal(deps, site, context, 'mandate.read', (tx, caller) => ({
    limits: mandateLimits(tx, deps.policy, caller),
    isAsked: currentTenant(tx).config.config.approval_policy.client_must_approve_budget_increase,
    now: tx.now,
  }));
  const { sql } = deps;
  const { tenant } = visitor;
  const [mandates, months, campaigns] = await Promise.all([
    listMandates(sql, tenant, SHOWN_MAX),
    listMonths(sql, tenant, result.now.slice(0, 7)),
    listRows(sql, campaignTable, tenant, null, CAMPAIGNS_MAX),
  ]);
  const [plans, people] = await Promise.all([
    readRows(sql, planTable, tenant, [...new Set(campaigns.map(({ plan_version }) => plan_version))]),
    readRows(sql, personTable, tenant, [
      ...new Set(mandates.flatMap((one) => [one.granted_by, one.revoked_by ?? []].flat())),
    ]),
  ]);
  const page = {
    ...result,
    mandates,
    months,
    campaigns,
    currencies: new Map(plans.map(({ version, payload }) => [version, payload.currency])),
    people: new Map(
      people
        .filter(({ person_id: id, roles }) => isClient(deps.policy, { kind: 'human', id, roles }))
        .map(({ person_id, name }) => [person_id, name]),
    ),
    done: context.req.query('done') ?? null,
    draft: draft ?? null,
    frame: { ...frame, path: '/portal/mandates' },
  };
  return context.html(<MandatesPage {...page} />, draft ? 400 : 200);
}

/** Gives what the form says; what is wrong with it is told beside what was written. */
export async function giveMandate(deps: Deps, site: Site, context: Context): Promise<Response> {
  const form = await readOwnForm(deps, site, context);
  const note = form.get('note')?.trim() ?? '';
  const written = {
    percent: form.get('percent') ?? '',
    scope: form.get('scope') ?? 'all',
    campaigns: form.getAll('campaign').slice(0, CAMPAIGNS_MAX),
    until: form.get('until') ?? '',
    note,
  };
  const wrong = await whyNot(deps, site, context, written);
  if (wrong !== null) return mandatesPage(deps, site, context, { ...written, wrong });
  return context.redirect('/portal/mandates?done=given', 303);
}

/** @returns null when it was given */
async function whyNot(
  deps: Deps,
  site: Site,
  context: Context,
  { percent, scope, campaigns, until, note }: Omit<Draft, 'wrong'>,
): Promise<Draft['wrong'] | null> {
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(percent.trim()) || Number(percent) === 0) return 'percent';
  if (!/^\d{4}-\d\d-\d\d$/.test(until) || Number.isNaN(Date.parse(until))) return 'until';
  if (scope === 'some' && campaigns.length === 0) return 'campaigns';
  if (note.length > 200) return 'note';
  const mandate = parseMandate({
    max_increase_pct: Number(percent),
    ...(scope === 'some' && { campaign_ids: [...new Set(campaigns)] }),
    expires_at: `${until}T23:59:59.999Z`,
    ...(note !== '' && { note }),
  });
  try {
    await visitPortal(deps, site, context, 'mandate.grant', (tx, caller) =>
      grantMandate(tx, deps.policy, caller, mandate),
    );
    return null;
  } catch (error) {
    const code = error instanceof Problem ? wrongOf(error) : undefined;
    if (code === undefined) throw error;
    return code;
  }
}

function wrongOf({ status, code, extra }: Problem): Draft['wrong'] | undefined {
  if (code === 'mandate.too_many') return 'too_many';
  if (status === 400) return 'until';
  if (code !== 'mandate.refused') return undefined;
  const codes = (extra['reasons'] as { code: string }[]).map((reason) => reason.code);
  return codes.includes('mandate.too_much') ? 'too_much' : codes.includes('mandate.past') ? 'until' : undefined;
}

/** Ends one at once. Ending it twice is ending it. */
export async function endMandate(deps: Deps, site: Site, context: Context): Promise<Response> {
  await readOwnForm(deps, site, context);
  await visitPortal(deps, site, context, 'mandate.revoke', (tx, caller) =>
    revokeMandate(tx, actorOf(caller), context.req.param('id')!),
  ).catch((error: unknown) => {
    if (!(error instanceof Problem && error.code === 'mandate.revoked')) throw error;
  });
  return context.redirect('/portal/mandates?done=ended', 303);
}
