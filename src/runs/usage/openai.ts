import { type Raw, UsageError, compact, countOf, inside, neededCount, requireTotal } from './fields.ts';

/**
 * Chat completions of OpenAI and of those who took over its shape: Azure, Groq, Mistral, DeepSeek, Moonshot, OpenRouter, xAI, …
 *
 * Cached prompt tokens are part of `prompt_tokens`, reasoning tokens part of `completion_tokens`
 * (https://platform.openai.com/docs/api-reference/chat/object, https://openrouter.ai/docs/use-cases/usage-accounting), with exceptions
 * that `total_tokens` proves or the provider documents:
 * - xAI counts reasoning beside completion, and total is the sum of three (https://docs.x.ai/docs/guides/reasoning).
 * - Perplexity's deep research bills `reasoning_tokens` and `citation_tokens` beside completion, and leaves both out of the total
 *   (https://docs.perplexity.ai/getting-started/pricing).
 * - Google's compatible endpoint leaves thinking out of completion and in the total, and bills it as output
 *   (https://ai.google.dev/gemini-api/docs/openai#thinking).
 */
export function chatUsage(raw: Raw, provider: string | undefined): Record<string, number> {
  const prompt = neededCount(raw, 'prompt_tokens');
  const completion = countOf(raw, 'completion_tokens') ?? 0;
  const total = countOf(raw, 'total_tokens');
  const input = inside(raw, 'prompt_tokens_details');
  const output = inside(raw, 'completion_tokens_details');
  const reasoning = countOf(output, 'reasoning_tokens') ?? countOf(raw, 'reasoning_tokens') ?? 0;
  const citation = countOf(raw, 'citation_tokens') ?? 0;
  const extra = beside({ prompt, completion, total, reasoning, citation }, provider);
  // DeepSeek says how much of the prompt hit its cache and how much did not (https://api-docs.deepseek.com/guides/kv_cache).
  const hit = countOf(raw, 'prompt_cache_hit_tokens');
  const miss = countOf(raw, 'prompt_cache_miss_tokens');
  if (hit !== undefined && miss !== undefined) requireTotal('prompt_tokens', prompt, hit + miss);
  return compact({
    input_tokens: prompt,
    output_tokens: completion + extra.output,
    // Mistral's `num_cached_tokens` is not read: it bills what `prompt_tokens_details` says, in blocks of 64 tokens
    // (https://docs.mistral.ai/studio-api/conversations/advanced/prompt-caching), and answers carry 69 under the other name.
    // `cached_tokens` beside the totals is Moonshot's, `cached_prompt_text_tokens` xAI's.
    cache_read_tokens:
      countOf(input, 'cached_tokens') ?? hit ?? countOf(raw, 'cached_tokens', 'cached_prompt_text_tokens'),
    cache_write_tokens: countOf(input, 'cache_write_tokens'),
    input_text_tokens: countOf(input, 'text_tokens'),
    input_audio_tokens: countOf(input, 'audio_tokens'),
    input_image_tokens: countOf(input, 'image_tokens'),
    input_video_tokens: countOf(input, 'video_tokens'),
    output_audio_tokens: countOf(output, 'audio_tokens'),
    output_image_tokens: countOf(output, 'image_tokens'),
    output_reasoning_tokens: extra.reasoning,
    output_citation_tokens: citation,
    web_searches: countOf(raw, 'num_search_queries'),
  });
}

/** OpenAI's responses, images, realtime and transcriptions: every detail is part of its total. */
export function responsesUsage(raw: Raw): Record<string, number> {
  if (raw.type === 'duration') {
    const seconds = neededCount(raw, 'seconds');
    return { audio_seconds: seconds, input_audio_seconds: seconds };
  }
  const input_tokens = neededCount(raw, 'input_tokens');
  const output_tokens = countOf(raw, 'output_tokens') ?? 0;
  requireTotal('total_tokens', countOf(raw, 'total_tokens'), input_tokens + output_tokens);
  const input = inside(raw, 'input_tokens_details', 'input_token_details');
  const cached = inside(input, 'cached_tokens_details');
  const output = inside(raw, 'output_tokens_details', 'output_token_details');
  return compact({
    input_tokens,
    output_tokens,
    cache_read_tokens: countOf(input, 'cached_tokens'),
    cache_write_tokens: countOf(input, 'cache_write_tokens'),
    cache_text_read_tokens: countOf(cached, 'text_tokens'),
    cache_audio_read_tokens: countOf(cached, 'audio_tokens'),
    cache_image_read_tokens: countOf(cached, 'image_tokens'),
    input_text_tokens: countOf(input, 'text_tokens'),
    input_audio_tokens: countOf(input, 'audio_tokens'),
    input_image_tokens: countOf(input, 'image_tokens'),
    output_text_tokens: countOf(output, 'text_tokens'),
    output_audio_tokens: countOf(output, 'audio_tokens'),
    output_image_tokens: countOf(output, 'image_tokens'),
    output_reasoning_tokens: countOf(output, 'reasoning_tokens'),
  });
}

interface ChatCounts {
  prompt: number;
  completion: number;
  total: number | undefined;
  reasoning: number;
  citation: number;
}

/** Output tokens that are not in `completion_tokens`, and how many tokens of reasoning there are. */
function beside(counts: ChatCounts, provider: string | undefined): { output: number; reasoning: number } {
  const { prompt, completion, total, reasoning, citation } = counts;
  if (provider === 'perplexity' || citation > 0) return { output: reasoning + citation, reasoning };
  const rest = total === undefined ? undefined : total - prompt - completion;
  if (rest === 0) return { output: 0, reasoning };
  if (rest === undefined) return { output: provider === 'x-ai' ? reasoning : 0, reasoning };
  if (reasoning > 0 && rest === reasoning) return { output: reasoning, reasoning };
  if (provider === 'google' && rest > 0 && reasoning === 0) return { output: rest, reasoning: rest };
  throw new UsageError('usage.inconsistent', `total_tokens is ${total}, its parts are ${prompt} and ${completion}`);
}
