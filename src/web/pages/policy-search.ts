import type { Catalogue } from '../../policy/catalogue.ts';
import type { Limit } from './policy-limits.ts';

export interface ShownPolicy extends Pick<Catalogue, 'packages' | 'ticket_types' | 'profiles'> {
  limits: Limit[];
}

/** What has all words of the query, wherever in it they stand. Without words, everything. */
export function searchCatalogue(catalogue: Catalogue, limits: Limit[], query: string): ShownPolicy {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (...things: unknown[]) => {
    const text = JSON.stringify(things).toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return {
    ticket_types: catalogue.ticket_types.filter(({ sla: _, ...type }) => fits(type)),
    limits: limits.filter((limit) => fits(limit.field.replaceAll('_', ' '), limit)),
    profiles: catalogue.profiles
      .map((profile) => ({ ...profile, rows: profile.rows.filter((row) => fits(profile.title, row)) }))
      .filter(({ rows }) => rows.length > 0),
    packages: catalogue.packages
      .map((one) => ({ ...one, rules: one.rules.filter((rule) => fits(one.title, rule)) }))
      .filter(({ rules }) => rules.length > 0),
  };
}

/** How many rules, rows, types and limits are shown. */
export function found({ packages, ticket_types, profiles, limits }: ShownPolicy): number {
  const inside = [...packages.map(({ rules }) => rules), ...profiles.map(({ rows }) => rows)];
  return inside.reduce((sum, list) => sum + list.length, ticket_types.length + limits.length);
}
