import type { Usage } from '../prices/answers.ts';
import { UsageError, compact, countOf } from './fields.ts';

/** A model call as a span of OpenTelemetry tells it. */
export interface SpanCall {
  run_id: string;
  /** The hold that was taken for it, where the span names it. */
  hold_id?: string;
  provider?: string;
  model: string;
  tier?: string;
  usage: Usage;
}

type Attributes = Readonly<Record<string, unknown>>;

/**
 * Reads the gen_ai attributes of a span, by their names of today and of before
 * (https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/).
 * @returns null for a span that is no model call, or one that failed before it used anything; `invalid` for a call that cannot be charged
 */
export function spanCall(span: {
  attributes: Attributes;
  resource: Attributes;
  failed: boolean;
}): SpanCall | { invalid: string } | null {
  const { attributes, resource, failed } = span;
  const operation = textOf(attributes, 'gen_ai.operation.name');
  // Spans of agents, workflows and tools sum up what the calls within them used: charging both would be charging twice.
  if (operation !== undefined && !CALLS.has(operation)) return null;
  try {
    const usage = usageOf(attributes);
    if (Object.keys(usage).length === 0) {
      if (operation === undefined || failed) return null;
      return { invalid: `a ${operation} span without gen_ai.usage.input_tokens: what it cost is not known` };
    }
    const model = textOf(attributes, 'gen_ai.response.model', 'gen_ai.request.model');
    if (model === undefined) return { invalid: 'a call without gen_ai.request.model' };
    const run_id = textOf(attributes, 'placet.run.id') ?? textOf(resource, 'placet.run.id');
    if (run_id === undefined)
      return { invalid: 'a call without the attribute placet.run.id, on the span or its resource' };
    const hold_id = textOf(attributes, 'placet.hold.id');
    const provider = textOf(attributes, 'gen_ai.provider.name', 'gen_ai.system');
    const tier = textOf(attributes, 'openai.response.service_tier', 'gen_ai.openai.response.service_tier');
    return {
      run_id,
      ...(hold_id !== undefined && { hold_id }),
      ...(provider !== undefined && { provider }),
      model,
      ...(tier !== undefined && tier !== 'default' && tier !== 'auto' && { tier: tier.toLowerCase() }),
      usage,
    };
  } catch (error) {
    if (error instanceof UsageError) return { invalid: `${error.code}: ${error.message}` };
    throw error;
  }
}

const CALLS = new Set(['chat', 'generate_content', 'text_completion', 'embeddings', 'completion']);

/**
 * Input tokens should have those from and to a cache among them (semantic conventions 1.37 on). Older instrumentations of providers
 * that count them apart do not: where the parts are more than the whole, they cannot be parts of it.
 */
function usageOf(attributes: Attributes): Record<string, number> {
  const input = countOf(attributes, 'gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens');
  const output = countOf(attributes, 'gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens');
  if (input === undefined && output === undefined) return {};
  const read = countOf(attributes, ...CACHE_READ) ?? 0;
  const written = countOf(attributes, ...CACHE_WRITE) ?? 0;
  const whole = input ?? 0;
  return compact({
    input_tokens: read + written > whole ? whole + read + written : whole,
    output_tokens: output ?? 0,
    cache_read_tokens: read,
    cache_write_tokens: written,
    output_reasoning_tokens: countOf(attributes, ...REASONING),
  });
}

// The second names are those of OpenLLMetry, Sentry and Logfire, from before there was one name for all.
const CACHE_READ = [
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.cache_read_input_tokens',
  'gen_ai.usage.input_tokens.cached',
  'gen_ai.usage.details.cache_read_tokens',
];
const CACHE_WRITE = [
  'gen_ai.usage.cache_creation.input_tokens',
  'gen_ai.usage.cache_creation_input_tokens',
  'gen_ai.usage.input_tokens.cache_write',
  'gen_ai.usage.details.cache_write_tokens',
];
const REASONING = [
  'gen_ai.usage.reasoning.output_tokens',
  'gen_ai.usage.output_tokens.reasoning',
  'gen_ai.usage.details.reasoning_tokens',
];

function textOf(attributes: Attributes, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = attributes[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}
