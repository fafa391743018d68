/** What a provider can charge for. `input_tokens` and `output_tokens` are totals; every other token unit is a part of one of them. */
export interface Unit {
  unit: string;
  /** Name of its price in the list; the ending says per how many: `_mtok`, `_kcount`, `_kpages`, `_hours`. */
  price_key: string;
  /** The price is for this many. */
  per: bigint;
  /** A unit is part of another when it says all that the other says, and more. */
  dimensions: Readonly<Record<string, string>>;
}

const MODALITIES = ['text', 'audio', 'image', 'video'] as const;

/** The units by name. Closed: a price or a count of anything else is refused by name. */
export const UNITS: ReadonlyMap<string, Unit> = new Map(
  [
    ...tokens('input', 'input', {}),
    ...tokens('input', 'cache_read', { type: 'cache_read' }, 'cache', 'read'),
    ...tokens('input', 'input_tool', { type: 'tool' }, 'input', 'tool'),
    ...[{}, { ttl: '5m' }, { ttl: '1h' }].map((ttl: { ttl?: string }) =>
      unit(`cache_write${ttl.ttl ? `_${ttl.ttl}` : ''}`, 'tokens', { direction: 'input', type: 'cache_write', ...ttl }),
    ),
    ...tokens('output', 'output', {}),
    unit('output_reasoning', 'tokens', { direction: 'output', type: 'reasoning' }),
    unit('output_citation', 'tokens', { direction: 'output', type: 'citation' }),
    count('requests', 'requests_kcount', { family: 'requests' }),
    count('web_searches', 'web_searches_kcount', { family: 'tool', tool: 'web_search' }),
    count('storage_searches', 'storage_searches_kcount', { family: 'tool', tool: 'storage_search' }),
    count('input_text_messages', 'input_text_messages_kcount', { family: 'messages' }),
    count('input_document_pages', 'input_document_kpages', { family: 'pages' }),
    count('input_annotated_document_pages', 'input_annotated_document_kpages', { family: 'pages', page: 'annotated' }),
    { unit: 'audio_seconds', price_key: 'audio_hours', per: 3600n, dimensions: { family: 'durations' } },
    {
      unit: 'input_audio_seconds',
      price_key: 'input_audio_hours',
      per: 3600n,
      dimensions: { family: 'durations', direction: 'input' },
    },
  ].map((one) => [one.unit, one]),
);

export const UNIT_OF_PRICE: ReadonlyMap<string, Unit> = new Map([...UNITS.values()].map((one) => [one.price_key, one]));

/** Is everything that `part` counts counted by `whole` too? True of a unit and itself. */
export function isPartOf(part: Unit, whole: Unit): boolean {
  return Object.entries(whole.dimensions).every(([name, value]) => part.dimensions[name] === value);
}

/** The unit that counts what both count, when the two can overlap and neither is part of the other. `null` when they cannot. */
export function overlapOf(one: Unit, other: Unit): { unit: Unit | undefined } | null {
  if (isPartOf(one, other) || isPartOf(other, one)) return null;
  for (const [name, value] of Object.entries(one.dimensions))
    if (other.dimensions[name] !== undefined && other.dimensions[name] !== value) return null;
  const both = { ...one.dimensions, ...other.dimensions };
  const names = Object.keys(both);
  return {
    unit: [...UNITS.values()].find(
      ({ dimensions }) =>
        Object.keys(dimensions).length === names.length && names.every((name) => dimensions[name] === both[name]),
    ),
  };
}

/** A kind of tokens in all, and by modality: `cache_read_tokens`, `cache_text_read_tokens`, … */
function tokens(
  direction: 'input' | 'output',
  whole: string,
  more: Record<string, string>,
  before: string = direction,
  after = '',
): Unit[] {
  return [
    unit(whole, 'tokens', { direction, ...more }),
    ...MODALITIES.map((modality) =>
      unit(`${before}_${modality}${after && `_${after}`}`, 'tokens', { direction, modality, ...more }),
    ),
  ];
}

function unit(name: string, family: string, dimensions: Record<string, string>): Unit {
  return {
    unit: `${name}_tokens`,
    price_key: `${name}_mtok`,
    per: 1_000_000n,
    dimensions: { family, ...dimensions },
  };
}

function count(name: string, price_key: string, dimensions: Record<string, string>): Unit {
  return { unit: name, price_key, per: 1_000n, dimensions };
}
