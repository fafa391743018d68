import type { Match, ModelPrices, Period, PriceList, ProviderPrices } from './list.ts';

// Names of OpenTelemetry's gen_ai.provider.name (and the older gen_ai.system) that the list does not match by itself, or would
// match to another: https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/#gen-ai-provider-name
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['azure.ai.openai', 'azure'],
  ['azure.ai.inference', 'azure'],
  ['az.ai.openai', 'azure'],
  ['az.ai.inference', 'azure'],
  ['azure_openai', 'azure'],
  ['azure-openai', 'azure'],
  ['bedrock', 'aws'],
  ['gcp.gen_ai', 'google'],
  ['x_ai', 'x-ai'],
]);

/** The provider that a name stands for; without a name the one whose models are named so. */
export function findProvider(list: PriceList, name: string | undefined, model: string): ProviderPrices | undefined {
  if (name === undefined)
    return list.providers.find(({ model_match }) => model_match && isMatch(model_match, model.trim()));
  const wanted = name.trim().toLowerCase();
  const id = ALIASES.get(wanted) ?? wanted;
  return (
    list.providers.find((provider) => provider.id === id) ??
    list.providers.find(({ provider_match }) => provider_match && isMatch(provider_match, id))
  );
}

/** The row that a model's id stands for, of the provider or those it falls back to. */
export function findModel(list: PriceList, provider: ProviderPrices, model: string): ModelPrices | undefined {
  const wanted = model.trim().toLowerCase();
  // Clouds write a model's date in one piece (`-20250514`) where the list may have it in three.
  const dashed = wanted.replace(COMPACT_DATE, '-$1-$2-$3');
  for (const id of new Set([wanted, dashed]))
    for (const one of [provider, ...fallbacks(list, provider)]) {
      const found = one.models.find(({ match }) => isMatch(match, id));
      if (found) return found;
    }
  return undefined;
}

/** The period in force at a time: the last that applies. @param at ISO 8601 */
export function periodAt(model: ModelPrices, at: string): { period: Period; index: number } {
  const time = new Date(at);
  const seconds = (time.getTime() / 1000) % 86_400;
  const index = model.periods.findLastIndex(({ from, hours }) => {
    if (from !== undefined) return time >= new Date(`${from}T00:00:00Z`);
    if (!hours) return true;
    const { start, end } = hours;
    return end < start ? seconds >= start || seconds < end : seconds >= start && seconds < end;
  });
  return { period: model.periods[index]!, index };
}

const COMPACT_DATE = /-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g;

function fallbacks(list: PriceList, { fallback_providers = [] }: ProviderPrices): ProviderPrices[] {
  return fallback_providers.flatMap((id) => list.providers.find((provider) => provider.id === id) ?? []);
}

function isMatch(match: Match, text: string): boolean {
  if ('or' in match) return match.or.some((one) => isMatch(one, text));
  if ('and' in match) return match.and.every((one) => isMatch(one, text));
  if ('regex' in match) return new RegExp(match.regex).test(text);
  const lower = text.toLowerCase();
  if ('equals' in match) return lower === match.equals.toLowerCase();
  if ('starts_with' in match) return lower.startsWith(match.starts_with.toLowerCase());
  if ('ends_with' in match) return lower.endsWith(match.ends_with.toLowerCase());
  return lower.includes(match.contains.toLowerCase());
}
