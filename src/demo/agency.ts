import { hash } from 'node:crypto';
import { listLogs } from '../audit/queries.ts';
import type { Tx } from '../audit/view.ts';
import { Problem } from '../contract/problem.ts';
import type { Decision, DecisionRequest } from '../contract/types.ts';
import { decide } from '../decide/decide.ts';
import { reportOutcome } from '../decide/outcome.ts';
import { registerCampaign } from '../plans/campaigns.ts';
import { registerCreative } from '../plans/creatives.ts';
import { registerPlan } from '../plans/plans.ts';
import { campaignTable } from '../plans/tables.ts';
import type { Core } from '../service.ts';
import { tenantTable } from '../tenants/tables.ts';
import { createTenant } from '../tenants/tenants.ts';
import { type Caller, authorize, createToken } from '../tenants/tokens.ts';
import { castVerdict } from '../tickets/verdicts.ts';
import { AGENCY, type DemoTenant, type Member } from './cast.ts';
import { type Tokens, keepTokens, newToken, readTokens, secretOf } from './tokens.ts';

const ACTOR = { type: 'service', id: 'placet-demo' };

type Parts = Pick<Core, 'sql' | 'ledger' | 'policy'>;

/**
 * Makes the demo agency on a database that has no tenant yet, and finishes it where an earlier start was cut short: each
 * part is a command that does nothing when its part is there. A database with tenants of its own gets none of it.
 * @returns the tokens of the demo, as far as they are known; null when there is no demo on this database
 */
export async function seedAgency(core: Parts, dataDir: string): Promise<Tokens | null> {
  const logs = await listLogs(core.sql);
  if (logs.length > 0 && !AGENCY.some(({ id }) => logs.includes(id))) return null;
  const kept = await readTokens(dataDir);
  const tokens: Tokens = {};
  for (const { id, cast } of AGENCY)
    tokens[id] = Object.fromEntries(cast.map(({ id: name }) => [name, kept[id]?.[name] ?? newToken(id, name)]));
  // Before they are recorded: a crash between the two would leave tokens that nobody knows.
  await keepTokens(dataDir, tokens);
  for (const tenant of AGENCY) {
    const known = tokens[tenant.id]!;
    for (const name of await seedTenant(core, tenant, known)) if (!kept[tenant.id]?.[name]) delete known[name];
  }
  await keepTokens(dataDir, tokens);
  return tokens;
}

/** @returns names whose token was there already */
async function seedTenant(core: Parts, tenant: DemoTenant, tokens: Record<string, string>): Promise<string[]> {
  const { ledger, policy } = core;
  const run = <T>(command: (tx: Tx) => T) => ledger.submit(tenant.id, command);
  await run(unlessThere('tenant.exists', (tx) => createTenant(tx, policy, ACTOR, tenant)));
  const made = await Promise.all(tenant.cast.map((member) => run(token(member, tokens[member.id]!))));
  const { author, plan } = tenant.plan;
  await run((tx) => {
    if (tx.get(tenantTable, '')!.plan_version_latest === 0) registerPlan(tx, actorOf(tenant, author), plan);
  });
  await run(
    unlessThere('campaign.exists', (tx) => registerCampaign(tx, actorOf(tenant, 'media-planner'), tenant.campaign)),
  );
  await run((tx) => registerCreative(tx, actorOf(tenant, 'creative-studio'), tenant.creative));
  if (tenant.live) await goLive(core, tenant, tokens);
  return tenant.cast.map(({ id }) => id).filter((_, i) => !made[i]);
}

/** Plan approved and campaign launched: asked, countersigned and reported as any agent and human would. */
async function goLive({ ledger, policy }: Parts, tenant: DemoTenant, tokens: Record<string, string>): Promise<void> {
  const as = <T>(name: string, operation: string, command: (tx: Tx, caller: Caller) => T): Promise<T> =>
    ledger.submit(tenant.id, (tx) => {
      const secretHash = hash('sha256', secretOf(tokens[name]!), 'buffer');
      return command(tx, authorize(tx, policy, { tenant: tenant.id, tokenId: name, secretHash }, operation));
    });
  const ask = (request: DecisionRequest): Promise<Decision> =>
    as(request.subject.id, 'decision.ask', (tx, caller) => {
      const decided = decide(tx, policy, caller, request, null);
      if (!('decision' in decided)) throw new Error('a question without a key cannot have been asked before');
      return decided.decision;
    });
  const approve = (name: string, { ticket }: Decision): Promise<unknown> =>
    as(name, 'ticket.verdict', (tx, caller) => {
      const { ticket_id, revision, subject_hash } = ticket!;
      const { refusal } = castVerdict(tx, policy, caller, ticket_id, { verdict: 'approve', revision, subject_hash });
      if (refusal) throw refusal;
    });
  const by = (role: string) => tenant.cast.find(({ roles }) => (roles as string[]).includes(role))!.id;

  const state = await ledger.submit(tenant.id, (tx) => ({
    approved: tx.get(tenantTable, '')!.plan_version_approved,
    launched: tx.get(campaignTable, tenant.campaign.id)!.launched_at,
  }));
  const subject = { type: 'agent', id: 'media-planner' } as const;
  if (state.approved === null)
    await approve(
      by('planner'),
      await ask({ subject, action: { name: 'plan.execute' }, resource: { type: 'plan', id: '1' } }),
    );
  if (state.launched !== null) return;
  const launch = {
    subject,
    action: { name: 'campaign.launch' },
    resource: { type: 'campaign', id: tenant.campaign.id },
  };
  const asked = await ask(launch);
  if (asked.ticket?.state === 'pending') await approve(by('operator'), asked);
  const { receipt } = await ask({ ...launch, context: { approval: { ticket_id: asked.ticket!.ticket_id } } });
  await as(subject.id, 'outcome.report', (tx, caller) => reportOutcome(tx, caller, receipt.seq, { status: 'applied' }));
}

/** @returns a command that gives false when the token is there already */
function token(member: Member, text: string): (tx: Tx) => boolean {
  const principal = { kind: member.kind, id: member.id, roles: member.roles };
  return unlessThere('token.exists', (tx) =>
    createToken(tx, ACTOR, { tokenId: member.id, secret: secretOf(text), principal, expiresAt: null }),
  );
}

function unlessThere(code: string, command: (tx: Tx) => unknown): (tx: Tx) => boolean {
  return (tx) => {
    try {
      command(tx);
      return true;
    } catch (error) {
      if (error instanceof Problem && error.code === code) return false;
      throw error;
    }
  };
}

function actorOf(tenant: DemoTenant, name: string): { type: string; id: string } {
  return { type: tenant.cast.find(({ id }) => id === name)!.kind, id: name };
}
