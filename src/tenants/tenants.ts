import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import { Problem, invalid, notFound } from '../contract/problem.ts';
import type { TenantConfig } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import { type ConfigRow, type TenantRow, configTable, tenantTable } from './tables.ts';

export interface NewTenant {
  name: string;
  vertical: string;
  config: TenantConfig;
}

/**
 * Begins a tenant and its log. The tenant's id is the log's name.
 * @throws Problem 400 for an id that a token could not carry; 409 `tenant.exists`; 422 `config.looser_than_ceiling`
 */
export function createTenant(tx: Tx, policy: Policy, actor: Actor, tenant: NewTenant): void {
  if (!TENANT_ID.test(tx.log))
    throw invalid([
      { field: '/tenant', code: 'tenant.id', message: 'must be 1 to 63 lower-case letters, digits or hyphens' },
    ]);
  if (tx.get(tenantTable, '')) throw new Problem(409, 'tenant.exists', `There is a tenant ${tx.log}.`);
  refuseLooser(policy, tenant.config);
  tx.put(tenantTable, {
    name: tenant.name,
    vertical: tenant.vertical,
    config_version: 1,
    plan_version_latest: 0,
    plan_version_approved: null,
    created_at: tx.now,
  });
  tx.put(configTable, { version: 1, config: tenant.config, created_at: tx.now, created_by: actor.id });
  tx.append({ action: 'tenant.created', actor, resource: `tenant/${tx.log}`, payload: JSON.stringify(tenant) });
}

/** The tenant of the log, with its configuration in force. */
export function currentTenant(tx: Tx): { tenant: TenantRow; config: ConfigRow } {
  const tenant = tx.get(tenantTable, '');
  if (!tenant) throw notFound('tenant');
  return { tenant, config: tx.get(configTable, tenant.config_version)! };
}

/**
 * Puts a new version of the configuration in force.
 * @param expected version that the author saw; null to replace whatever stands
 * @throws Problem 422 `config.looser_than_ceiling` with each offending field; 409 `config.version_conflict`
 */
export function replaceConfig(
  tx: Tx,
  policy: Policy,
  actor: Actor,
  config: TenantConfig,
  expected: number | null,
): ConfigRow {
  const { tenant } = currentTenant(tx);
  if (expected !== null && expected !== tenant.config_version)
    throw new Problem(409, 'config.version_conflict', `The configuration is at version ${tenant.config_version}.`, {
      version: tenant.config_version,
    });
  refuseLooser(policy, config);
  const row = { version: tenant.config_version + 1, config, created_at: tx.now, created_by: actor.id };
  tx.put(configTable, row);
  tx.put(tenantTable, { ...tenant, config_version: row.version });
  tx.append({
    action: 'config.replaced',
    actor,
    resource: `config/${row.version}`,
    payload: JSON.stringify({ version: row.version, config }),
  });
  return row;
}

/** As in a token: see TOKEN in tokens.ts. */
const TENANT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

function refuseLooser(policy: Policy, config: TenantConfig): void {
  const { effect, violations } = policy.config({ config });
  if (effect === 'allow') return;
  throw new Problem(422, 'config.looser_than_ceiling', violations.map((one) => one.message).join(' '), {
    errors: violations,
  });
}
