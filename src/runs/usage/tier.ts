import type { Raw } from './fields.ts';

// What each provider calls the tier that its price page is about.
const STANDARD = new Set([
  'standard',
  'default',
  'auto',
  'on_demand',
  'service_tier_standard',
  'not_available',
  'global',
]);

/**
 * The tier in which a call was served: `standard`, or the provider's own word in lower case (`batch`, `priority`, `flex`,
 * `provisioned_throughput`), or where it was served when that costs more (`geo:us`).
 * - OpenAI and Groq say it beside the usage (`service_tier`: default, flex, priority, scale; on_demand, performance),
 *   Anthropic within (standard, priority, batch). `auto` is what was asked; an answer names what was given.
 * - Google: `trafficType` on Vertex (ON_DEMAND, ON_DEMAND_FLEX, PROVISIONED_THROUGHPUT), `serviceTier` on the Gemini API.
 * - Anthropic: `inference_geo` us costs 1.1 times as much (https://platform.claude.com/docs/en/about-claude/pricing), `speed` fast six times.
 */
export function tierOf(raw: Raw, answer: Raw): string {
  const said = [raw.service_tier, answer.service_tier, raw.serviceTier, raw.trafficType, raw.traffic_type, raw.speed]
    .filter((one) => typeof one === 'string')
    .map((one) => one.toLowerCase().replace(/^on_demand_/, ''))
    .filter((one) => !STANDARD.has(one));
  const geo = typeof raw.inference_geo === 'string' ? raw.inference_geo.toLowerCase() : 'global';
  if (!STANDARD.has(geo)) said.push(`geo:${geo}`);
  return [...new Set(said)].sort().join('+').slice(0, 64) || 'standard';
}
