import { type Raw, UsageError, compact, countOf, isRaw, neededCount, requireTotal } from './fields.ts';

/**
 * Bedrock's Converse, and Nova's own answers. What was read from and written to the cache comes on top of `inputTokens`
 * (https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html,
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html).
 */
export function bedrockUsage(raw: Raw): Record<string, number> {
  const plain = neededCount(raw, 'inputTokens');
  const output_tokens = countOf(raw, 'outputTokens') ?? 0;
  const read = countOf(raw, 'cacheReadInputTokens', 'cacheReadInputTokenCount') ?? 0;
  const written = countOf(raw, 'cacheWriteInputTokens', 'cacheWriteInputTokenCount') ?? 0;
  const input_tokens = plain + read + written;
  requireTotal('totalTokens', countOf(raw, 'totalTokens'), input_tokens + output_tokens);
  return compact({
    input_tokens,
    output_tokens,
    cache_read_tokens: read,
    cache_write_tokens: written,
    ...ttl(raw),
  });
}

/** Cache writes by time to live, where the answer tells them apart. */
function ttl(raw: Raw): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of Array.isArray(raw.cacheDetails) ? raw.cacheDetails : []) {
    if (!isRaw(one) || (one.ttl !== '5m' && one.ttl !== '1h'))
      throw new UsageError('usage.unit_unknown', 'cacheDetails has a time to live that is neither 5m nor 1h');
    const unit = `cache_write_${one.ttl}_tokens`;
    counts[unit] = (counts[unit] ?? 0) + neededCount(one, 'inputTokens');
  }
  return counts;
}
