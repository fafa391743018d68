import type { TenantConfig } from '../../contract/types.ts';
import type { Catalogue, CatalogueCeiling } from '../../policy/catalogue.ts';

/** One value of a tenant's configuration, and how far policy lets it go. */
export interface Limit {
  field: string;
  description: string | null;
  /** In words; null where policy leaves the choice. */
  bound: string | null;
  /** As the tenant has it. */
  value: unknown;
  /** The one that holds, and whose it is. `choice`: policy sets no bound. */
  effective: unknown;
  whose: 'tenant' | 'policy' | 'choice';
  /** Saved before policy became stricter. */
  looser: boolean;
}

/** Every value that a tenant may set. Of value and bound the stricter holds, as in placet.config and placet.ceiling. */
export function limitsOf(catalogue: Catalogue, config: TenantConfig): Limit[] {
  const ceilings = new Map(catalogue.ceilings.map((row) => [row.field, row]));
  return catalogue.config_fields.map(({ field, description }) => {
    const value = at(config, field);
    const ceiling = ceilings.get(field);
    if (!ceiling)
      return { field, description, bound: null, value, effective: value, whose: 'choice' as const, looser: false };
    const limit = ceiling.at_most ?? ceiling.at_least ?? ceiling.exactly;
    const side = value === undefined ? 'same' : compare(value, ceiling);
    return {
      field,
      description,
      bound: wordsOf(ceiling),
      value,
      effective: side === 'stricter' ? value : limit,
      whose: side === 'stricter' ? ('tenant' as const) : ('policy' as const),
      looser: side === 'looser',
    };
  });
}

function compare(value: unknown, { at_most, at_least, exactly }: CatalogueCeiling): 'stricter' | 'same' | 'looser' {
  if (value === (at_most ?? at_least ?? exactly)) return 'same';
  if (typeof value === 'number' && at_most !== undefined) return value < at_most ? 'stricter' : 'looser';
  if (typeof value === 'number' && at_least !== undefined) return value > at_least ? 'stricter' : 'looser';
  return 'looser';
}

function wordsOf({ at_most, at_least, exactly }: CatalogueCeiling): string {
  if (at_most !== undefined) return `at most ${at_most}`;
  if (at_least !== undefined) return `at least ${at_least}`;
  return `only ${exactly}`;
}

function at(config: TenantConfig, field: string): unknown {
  const [, section, name] = field.split('/') as [string, keyof TenantConfig, string];
  return (config[section] as Record<string, unknown> | undefined)?.[name];
}
