import { type Index, defineTable } from '../audit/table.ts';
import type { Principal, TenantConfig } from '../contract/types.ts';

export interface TenantRow {
  name: string;
  vertical: string;
  config_version: number;
  plan_version_latest: number;
  plan_version_approved: number | null;
  created_at: string;
}

/** The one row of a tenant: tenant_id is its whole key. */
export const tenantTable = defineTable<TenantRow>({
  name: 'tenant',
  columns: {
    name: 'text',
    vertical: 'text',
    config_version: 'int',
    plan_version_latest: 'int',
    plan_version_approved: 'int',
    created_at: 'time',
  },
  key: [],
});

export interface ConfigRow {
  version: number;
  config: TenantConfig;
  created_at: string;
  created_by: string;
}

export const configTable = defineTable<ConfigRow>({
  name: 'tenant_config',
  columns: { version: 'int', config: 'json', created_at: 'time', created_by: 'text' },
  key: ['version'],
});

export interface TokenRow {
  token_id: string;
  secret_hash: Buffer;
  subject_id: string;
  kind: Principal['kind'];
  roles: Principal['roles'];
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}

/** Tokens of a human that were not revoked. They say who can act, so they are looked up by whom they stand for. Served by token_good_human. */
export const goodTokens: Index<TokenRow> = {
  name: 'token/good_human',
  keys: (row) => (row.kind === 'human' && row.revoked_at === null ? [row.subject_id] : []),
  where: `t.subject_id = k.key and t.kind = 'human' and t.revoked_at is null`,
};

export const tokenTable = defineTable<TokenRow>({
  name: 'token',
  columns: {
    token_id: 'text',
    secret_hash: 'bytes',
    subject_id: 'text',
    kind: 'text',
    roles: 'json',
    created_at: 'time',
    expires_at: 'time',
    revoked_at: 'time',
  },
  key: ['token_id'],
  indexes: [goodTokens],
});
