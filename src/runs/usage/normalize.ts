import type { Unpriced, Usage } from '../prices/answers.ts';
import { anthropicUsage } from './anthropic.ts';
import { bedrockUsage } from './bedrock.ts';
import { type Raw, UsageError, compact, countOf, inside, isRaw, neededCount } from './fields.ts';
import { googleUsage } from './google.ts';
import { chatUsage, responsesUsage } from './openai.ts';
import { tierOf } from './tier.ts';

/** What is to be priced together: one model's counts in one tier. */
export interface NormalizedCall {
  /** As the answer names it; absent when it does not. */
  model?: string;
  tier: string;
  usage: Usage;
}

/** How a provider says what was used. */
export type Shape = 'chat' | 'responses' | 'messages' | 'google' | 'bedrock' | 'cohere' | 'pages';

/**
 * Reads a provider's usage: a whole answer, an event of a stream that carries usage, or the usage alone.
 * @param provider the price list's id of it, where it is known: some shapes mean different things with different providers
 * @returns the call itself first, then what ran beside it under another model
 */
export function normalizeUsage(
  body: unknown,
  { provider }: { provider?: string | undefined } = {},
): { shape: Shape; calls: [NormalizedCall, ...NormalizedCall[]] } | Unpriced {
  try {
    if (!isRaw(body)) throw new UsageError('usage.shape_unknown', 'usage must be an object');
    const { raw, answer } = unwrap(body);
    // A delta of a stream counts the output alone: the input was counted when it began.
    const isDelta = body.type === 'message_delta' && raw.input_tokens === undefined;
    const shape = isDelta ? 'messages' : shapeOf(raw);
    const model = modelOf(answer);
    const tier = tierOf(raw, answer);
    const [own, ...more] = isDelta ? [{ usage: deltaUsage(raw) }] : read(shape, raw, provider);
    return {
      shape,
      calls: [
        { ...(model !== undefined && { model }), tier, usage: own.usage },
        ...more.map(({ model: other = model, usage }) => ({
          ...(other !== undefined && { model: other }),
          tier,
          usage,
        })),
      ],
    };
  } catch (error) {
    if (error instanceof UsageError) return { unpriced: error.code, detail: error.message };
    throw error;
  }
}

type Read = { model?: string; usage: Usage };

function read(shape: Shape, raw: Raw, provider: string | undefined): [Read, ...Read[]] {
  switch (shape) {
    case 'chat':
      return [{ usage: chatUsage(raw, provider) }];
    case 'responses':
      return [{ usage: responsesUsage(raw) }];
    case 'messages':
      return anthropicUsage(raw) as [Read, ...Read[]];
    case 'google':
      return [{ usage: googleUsage(raw) }];
    case 'bedrock':
      return [{ usage: bedrockUsage(raw) }];
    case 'cohere':
      return [{ usage: cohereUsage(raw) }];
    case 'pages':
      return [{ usage: { input_document_pages: neededCount(raw, 'pages_processed') } }];
  }
}

/** The usage inside an answer or an event of a stream, and what it lies in. */
function unwrap(body: Raw): { raw: Raw; answer: Raw } {
  // message: Anthropic's message_start; response: OpenAI's response.completed; result: Cloudflare; x_groq: Groq's last chunk;
  // metadata: Bedrock's stream.
  for (const answer of [
    body,
    ...['message', 'response', 'result', 'x_groq', 'metadata'].map((name) => inside(body, name)),
  ])
    for (const name of ['usage', 'usageMetadata', 'usage_metadata', 'usage_info'])
      if (isRaw(answer[name])) return { raw: answer[name], answer };
  return { raw: body, answer: {} };
}

/** Told by names that no other shape has. */
function shapeOf(raw: Raw): Shape {
  const has = (...names: string[]) => names.some((name) => raw[name] !== undefined && raw[name] !== null);
  const found: Shape[] = [];
  if (has('prompt_tokens')) found.push('chat');
  if (has('promptTokenCount', 'prompt_token_count', 'totalTokenCount', 'total_token_count')) found.push('google');
  if (has('inputTokens')) found.push('bedrock');
  if (has('billed_units')) found.push('cohere');
  if (has('pages_processed')) found.push('pages');
  const anthropic = has('cache_creation_input_tokens', 'cache_read_input_tokens', 'cache_creation', 'server_tool_use');
  const openai = has('input_tokens_details', 'input_token_details') || raw.type === 'duration';
  // Without a word about a cache the two mean the same.
  if (has('input_tokens') || openai) found.push(openai ? 'responses' : 'messages');
  if (found.length !== 1 || (anthropic && openai))
    throw new UsageError('usage.shape_unknown', `it is like ${found.join(' and ') || 'that of no provider we know'}`);
  return found[0]!;
}

/** Anthropic's message_delta is cumulative (https://platform.claude.com/docs/en/build-with-claude/streaming#event-types). */
function deltaUsage(raw: Raw): Usage {
  return { output_tokens: neededCount(raw, 'output_tokens') };
}

/** https://docs.cohere.com/reference/chat: billed units are what is billed, tokens what the model saw. */
function cohereUsage(raw: Raw): Record<string, number> {
  const billed = inside(raw, 'billed_units');
  if ((countOf(billed, 'search_units') ?? 0) > 0 || (countOf(billed, 'classifications') ?? 0) > 0)
    throw new UsageError('usage.unit_unknown', 'search units and classifications have no price');
  return compact({
    input_tokens: neededCount(billed, 'input_tokens'),
    output_tokens: countOf(billed, 'output_tokens') ?? 0,
  });
}

function modelOf(answer: Raw): string | undefined {
  for (const name of ['model', 'modelVersion', 'model_version'])
    if (typeof answer[name] === 'string' && answer[name] !== '') return answer[name];
  return undefined;
}
