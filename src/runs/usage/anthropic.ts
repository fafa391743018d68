import { type Raw, UsageError, compact, countOf, inside, isRaw, neededCount, requireTotal } from './fields.ts';

/** What one model was used for within a call. */
export interface ModelUsage {
  /** Absent for the model that was called. */
  model?: string;
  usage: Record<string, number>;
}

/**
 * Messages of Anthropic, also by way of Bedrock, Vertex and Azure. `input_tokens` are those after the last cache breakpoint: what was
 * read from and written to the cache comes on top (https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance).
 * Thinking is part of `output_tokens` (https://platform.claude.com/docs/en/build-with-claude/extended-thinking#pricing).
 *
 * The totals leave out what ran beside the messages, which is billed all the same: `iterations` has it, for an advisor with a model of its
 * own (https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool, …/build-with-claude/compaction#understanding-usage).
 */
export function anthropicUsage(raw: Raw): ModelUsage[] {
  const own = messageUsage(raw);
  return [{ usage: own }, ...besideMessages(raw, own)];
}

function messageUsage(raw: Raw): Record<string, number> {
  const plain = neededCount(raw, 'input_tokens');
  const read = countOf(raw, 'cache_read_input_tokens') ?? 0;
  const ttl = inside(raw, 'cache_creation');
  const minutes = countOf(ttl, 'ephemeral_5m_input_tokens');
  const hour = countOf(ttl, 'ephemeral_1h_input_tokens');
  const parts = (minutes ?? 0) + (hour ?? 0);
  const written = countOf(raw, 'cache_creation_input_tokens') ?? parts;
  if (minutes !== undefined && hour !== undefined) requireTotal('cache_creation_input_tokens', written, parts);
  return compact({
    input_tokens: plain + read + written,
    output_tokens: countOf(raw, 'output_tokens') ?? 0,
    cache_read_tokens: read,
    cache_write_tokens: written,
    cache_write_5m_tokens: minutes,
    cache_write_1h_tokens: hour,
    output_reasoning_tokens: countOf(inside(raw, 'output_tokens_details'), 'thinking_tokens'),
    web_searches: countOf(inside(raw, 'server_tool_use'), 'web_search_requests'),
  });
}

function besideMessages(raw: Raw, own: Record<string, number>): ModelUsage[] {
  if (!Array.isArray(raw.iterations)) return [];
  const iterations = raw.iterations.map((one: unknown) => {
    if (!isRaw(one)) throw new UsageError('usage.shape_unknown', 'an iteration is no object');
    return { type: one.type, model: one.model, usage: messageUsage(one) };
  });
  const messages = iterations.filter(({ type }) => type === 'message');
  // In what other type an iteration may come one day is not known, but whether it is in the totals can be counted.
  if (isSum(iterations, own)) return [];
  if (!isSum(messages, own))
    throw new UsageError('usage.inconsistent', 'the messages among the iterations are not the totals');
  return iterations
    .filter(({ type }) => type !== 'message')
    .map(({ model, usage }) => ({ ...(typeof model === 'string' && { model }), usage }));
}

function isSum(iterations: { usage: Record<string, number> }[], own: Record<string, number>): boolean {
  return ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens'].every(
    (unit) => iterations.reduce((sum, { usage }) => sum + (usage[unit] ?? 0), 0) === (own[unit] ?? 0),
  );
}
