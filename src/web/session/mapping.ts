import { z } from 'zod';
import { parseYaml } from '../../contract/yaml.ts';
import type { Membership } from '../../tenants/sessions.ts';

// Which claims of the identity provider give which roles in which tenant. Data, so that an agency's groups need no code.

const pointer = z.string().regex(/^(\/[^/]+)+$/, 'must be a JSON pointer such as /groups');
const role = z.enum(['planner', 'operator', 'admin', 'legal', 'client', 'auditor']);

const schema = z.strictObject({
  /** Claim that is the person's id here. It must never pass to another person: `sub` never does. */
  person: pointer.default('/sub'),
  name: pointer.default('/name'),
  email: pointer.default('/email'),
  scope: z.string().max(200).default('openid profile email'),
  grants: z
    .array(
      z.strictObject({
        claim: pointer,
        /** The claim's value, or one of them when it is a list. */
        value: z.string().min(1).max(200),
        tenant: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
        roles: z.array(role).min(1).max(6),
      }),
    )
    .min(1)
    .max(1000),
});

export type Mapping = z.infer<typeof schema>;

/** What the claims say: who it is, and what that opens here. Null where the provider's word does not make a person. */
export interface MappedPerson {
  personId: string;
  name: string;
  email: string | null;
  memberships: Membership[];
}

/** @throws Error naming what is wrong with the file */
export function parseMapping(text: string): Mapping {
  const parsed = schema.safeParse(parseYaml(text));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`the role mapping is wrong: ${issues.join('; ')}`);
}

export function mapClaims(mapping: Mapping, claims: Record<string, unknown>): MappedPerson | null {
  const personId = at(claims, mapping.person);
  if (typeof personId !== 'string' || !PERSON_ID.test(personId)) return null;
  const name = at(claims, mapping.name);
  const email = at(claims, mapping.email);
  const roles = new Map<string, Set<Membership['roles'][number]>>();
  for (const grant of mapping.grants) {
    const value = at(claims, grant.claim);
    if (!(Array.isArray(value) ? value.includes(grant.value) : value === grant.value)) continue;
    const there = roles.get(grant.tenant) ?? new Set();
    for (const one of grant.roles) there.add(one);
    roles.set(grant.tenant, there);
  }
  return {
    personId,
    name: typeof name === 'string' && name !== '' ? name.slice(0, 200) : personId,
    email: typeof email === 'string' && email !== '' ? email.slice(0, 320) : null,
    memberships: [...roles].map(([tenant, held]) => ({ tenant, roles: [...held].sort() })),
  };
}

/** As schemas/common.json#/$defs/id. */
const PERSON_ID = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$/;

function at(value: unknown, path: string): unknown {
  for (const step of path.slice(1).split('/')) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
