import type { Company } from '../company.ts';
import { isType } from './plan.ts';

/** A4, access: onboarding waits until an admin or the client has said yes. */
export async function playAccess({ ask, vote, run }: Company): Promise<void> {
  const onboarding = { resource: `onboarding/harvest-${run}` };
  const grant = (approval?: string) => ({
    resource: `access/meta-business-manager-${run}`,
    about: { onboarding_id: `harvest-${run}`, platform: 'meta', permission: 'manage campaigns' },
    ...(approval !== undefined && { approval }),
  });
  const { ticket } = await ask('access-bot', 'access.grant', grant(), {
    effect: 'review',
    codes: ['onboarding.access_needs_human'],
    state: 'pending',
    wrong: isType('A4'),
  });
  await ask('access-bot', 'onboarding.complete', onboarding, { effect: 'deny', codes: ['onboarding.blocked'] });
  await vote('olga', 'approve', ticket, { status: 403, problem: 'verdict.refused', codes: ['verdict.role_missing'] });
  await vote('clara', 'approve', ticket, { state: 'approved' }, 'It is our account; yes.');
  await ask('access-bot', 'access.grant', grant(ticket.ticket_id), { effect: 'allow', state: 'consumed' });
  await ask('access-bot', 'onboarding.complete', onboarding, { effect: 'allow', codes: ['onboarding.clear'] });
}

/** A6, manual override: an admin's. */
export async function playOverride({ ask, vote, run }: Company): Promise<void> {
  const override = (approval?: string) => ({
    resource: `reconciliation/meta-invoice-${run}`,
    properties: { reason: 'Invoice and spend differ by USD 41.20, a currency rounding.' },
    ...(approval !== undefined && { approval }),
  });
  const { ticket } = await ask('reconciler', 'reconciliation.override', override(), {
    effect: 'review',
    codes: ['reconciliation.manual_override'],
    state: 'pending',
    wrong: isType('A6'),
  });
  await vote('olga', 'approve', ticket, { status: 403, problem: 'verdict.refused', codes: ['verdict.role_missing'] });
  await vote('anna', 'approve', ticket, { state: 'approved' });
  await ask('reconciler', 'reconciliation.override', override(ticket.ticket_id), {
    effect: 'allow',
    codes: ['approval.accepted'],
    state: 'consumed',
  });
}
