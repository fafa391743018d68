import { type Raw, UsageError, compact, countOf, isRaw } from './fields.ts';

/**
 * Gemini's `usageMetadata`, in the API's spelling or that of the Python SDK. Cached content is part of the prompt; thoughts and what tools
 * put into the prompt come on top of candidates and prompt, and the total has them all
 * (https://ai.google.dev/api/generate-content#UsageMetadata). Details by modality may name less than the total: the rest is text.
 */
export function googleUsage(raw: Raw): Record<string, number> {
  const prompt = countOf(raw, 'promptTokenCount', 'prompt_token_count') ?? 0;
  const tool = countOf(raw, 'toolUsePromptTokenCount', 'tool_use_prompt_token_count') ?? 0;
  const total = countOf(raw, 'totalTokenCount', 'total_token_count');
  // The Live API calls them by another name.
  const candidates =
    countOf(raw, 'candidatesTokenCount', 'candidates_token_count', 'responseTokenCount', 'response_token_count') ?? 0;
  const thoughts = countOf(raw, 'thoughtsTokenCount', 'thoughts_token_count') ?? 0;
  const sum = prompt + tool + candidates;
  if (total !== undefined && total !== sum + thoughts && total !== sum)
    throw new UsageError('usage.inconsistent', `totalTokenCount is ${total}, its parts are ${sum + thoughts}`);
  // Some front ends count thoughts among the candidates already: then the total comes out without adding them.
  const thoughtsBeside = total === undefined || total === sum + thoughts ? thoughts : 0;

  const inputs = modalities(raw, 'promptTokensDetails', 'prompt_tokens_details');
  const tools = modalities(raw, 'toolUsePromptTokensDetails', 'tool_use_prompt_tokens_details');
  const cached = modalities(raw, 'cacheTokensDetails', 'cache_tokens_details');
  const outputs = modalities(raw, 'candidatesTokensDetails', 'candidates_tokens_details', 'responseTokensDetails');
  const counts: Record<string, number | undefined> = {
    input_tokens: prompt + tool,
    output_tokens: candidates + thoughtsBeside,
    cache_read_tokens: countOf(raw, 'cachedContentTokenCount', 'cached_content_token_count'),
    input_tool_tokens: tool,
    output_reasoning_tokens: thoughts,
  };
  for (const modality of ['text', 'audio', 'image', 'video']) {
    counts[`input_${modality}_tokens`] = (inputs[modality] ?? 0) + (tools[modality] ?? 0);
    counts[`input_${modality}_tool_tokens`] = tools[modality];
    counts[`cache_${modality}_read_tokens`] = cached[modality];
    counts[`output_${modality}_tokens`] = outputs[modality];
  }
  return compact(counts);
}

/** Tokens by modality. Pages of a document are read, and billed, as images (https://ai.google.dev/gemini-api/docs/document-processing). */
function modalities(raw: Raw, ...names: string[]): Record<string, number> {
  const list = names.map((name) => raw[name]).find(Array.isArray) ?? [];
  const counts: Record<string, number> = {};
  for (const one of list as unknown[]) {
    if (!isRaw(one)) throw new UsageError('usage.shape_unknown', `${names[0]} is no list of objects`);
    const name = String(one.modality).toLowerCase();
    const modality = name === 'document' ? 'image' : name;
    // proto3 leaves a zero out.
    const count = countOf(one, 'tokenCount', 'token_count') ?? 0;
    if (count > 0 && !['text', 'audio', 'image', 'video'].includes(modality))
      throw new UsageError('usage.unit_unknown', `${count} tokens of modality ${name.slice(0, 40)}`);
    counts[modality] = (counts[modality] ?? 0) + count;
  }
  return counts;
}
