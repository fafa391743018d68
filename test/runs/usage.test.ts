import { describe, expect, test } from 'vitest';
import { type NormalizedCall, normalizeUsage } from '../../src/runs/usage/normalize.ts';
import { spanCall } from '../../src/runs/usage/span.ts';

// Shapes that the 647 real answers of provider-usages.test.ts do not have, most of them from the providers' documentation.

const calls = (body: unknown, provider?: string): NormalizedCall[] => {
  const normalized = normalizeUsage(body, { provider });
  if ('unpriced' in normalized) throw new Error(`${normalized.unpriced}: ${normalized.detail}`);
  return normalized.calls;
};
const usage = (body: unknown, provider?: string) => calls(body, provider)[0]!.usage;
const refusal = (body: unknown, provider?: string) => normalizeUsage(body, { provider });

describe('what is part of a total and what comes on top', () => {
  test('OpenAI: cached and reasoning are parts', () => {
    expect(
      usage({
        prompt_tokens: 2006,
        completion_tokens: 300,
        total_tokens: 2306,
        prompt_tokens_details: { cached_tokens: 1920 },
        completion_tokens_details: { reasoning_tokens: 200 },
      }),
    ).toEqual({ input_tokens: 2006, output_tokens: 300, cache_read_tokens: 1920, output_reasoning_tokens: 200 });
  });

  test('xAI: reasoning comes on top of completion, as its total shows, or without one, as its documentation says', () => {
    const raw = { prompt_tokens: 32, completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 200 } };
    const expected = { input_tokens: 32, output_tokens: 209, output_reasoning_tokens: 200 };
    expect(usage({ ...raw, total_tokens: 241 })).toEqual(expected);
    expect(usage(raw, 'x-ai')).toEqual(expected);
    expect(usage({ ...raw, completion_tokens: 209, total_tokens: 241 }, 'x-ai')).toEqual(expected);
  });

  test('Perplexity: reasoning and citations come on top, and are not in its total', () => {
    expect(
      usage({
        prompt_tokens: 33,
        completion_tokens: 7163,
        total_tokens: 7196,
        citation_tokens: 20016,
        num_search_queries: 30,
        reasoning_tokens: 73997,
      }),
    ).toEqual({
      input_tokens: 33,
      output_tokens: 7163 + 20016 + 73997,
      output_reasoning_tokens: 73997,
      output_citation_tokens: 20016,
      web_searches: 30,
    });
  });

  test('DeepSeek: hit and miss are the prompt', () => {
    const raw = { prompt_tokens: 100, completion_tokens: 1, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 };
    expect(usage(raw)).toEqual({ input_tokens: 100, output_tokens: 1, cache_read_tokens: 64 });
    expect(refusal({ ...raw, prompt_cache_miss_tokens: 35 })).toMatchObject({ unpriced: 'usage.inconsistent' });
  });

  test('Anthropic: what was read from and written to the cache comes on top', () => {
    expect(
      usage({
        input_tokens: 50,
        cache_read_input_tokens: 100_000,
        cache_creation_input_tokens: 248,
        cache_creation: { ephemeral_5m_input_tokens: 148, ephemeral_1h_input_tokens: 100 },
        output_tokens: 503,
        server_tool_use: { web_search_requests: 2 },
      }),
    ).toEqual({
      input_tokens: 100_298,
      output_tokens: 503,
      cache_read_tokens: 100_000,
      cache_write_tokens: 248,
      cache_write_5m_tokens: 148,
      cache_write_1h_tokens: 100,
      web_searches: 2,
    });
  });

  test('Anthropic: a compaction is charged though the totals leave it out, by the same model', () => {
    const message = { type: 'message', input_tokens: 23_000, output_tokens: 1_000 };
    const body = {
      model: 'claude-opus-4-6',
      usage: {
        input_tokens: 23_000,
        output_tokens: 1_000,
        iterations: [{ type: 'compaction', input_tokens: 180_000, output_tokens: 3_500 }, message],
      },
    };
    expect(calls(body)).toEqual([
      { model: 'claude-opus-4-6', tier: 'standard', usage: { input_tokens: 23_000, output_tokens: 1_000 } },
      { model: 'claude-opus-4-6', tier: 'standard', usage: { input_tokens: 180_000, output_tokens: 3_500 } },
    ]);
    const wrong = { ...body, usage: { ...body.usage, input_tokens: 22_999 } };
    expect(refusal(wrong)).toMatchObject({ unpriced: 'usage.inconsistent' });
  });

  test('Bedrock: the cache comes on top, as its total shows', () => {
    const raw = {
      inputTokens: 14,
      outputTokens: 7,
      totalTokens: 1541,
      cacheReadInputTokens: 1000,
      cacheWriteInputTokens: 520,
      cacheDetails: [{ inputTokens: 520, ttl: '1h' }],
    };
    expect(usage({ usage: raw })).toEqual({
      input_tokens: 1534,
      output_tokens: 7,
      cache_read_tokens: 1000,
      cache_write_tokens: 520,
      cache_write_1h_tokens: 520,
    });
    expect(refusal({ ...raw, totalTokens: 21 })).toMatchObject({ unpriced: 'usage.inconsistent' });
  });

  test('Google: thoughts and tools come on top, the cache is part; the total may say that thoughts are in already', () => {
    const raw = {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 15,
      toolUsePromptTokenCount: 5,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 70 },
        { modality: 'DOCUMENT', tokenCount: 10 },
        { modality: 'IMAGE', tokenCount: 20 },
      ],
    };
    const expected = {
      input_tokens: 105,
      output_tokens: 35,
      cache_read_tokens: 60,
      input_tool_tokens: 5,
      output_reasoning_tokens: 15,
      input_text_tokens: 70,
      input_image_tokens: 30,
    };
    expect(usage({ usageMetadata: { ...raw, totalTokenCount: 140 } })).toEqual(expected);
    expect(usage({ usageMetadata: { ...raw, candidatesTokenCount: 35, totalTokenCount: 140 } })).toEqual(expected);
    expect(refusal({ usageMetadata: { ...raw, totalTokenCount: 139 } })).toMatchObject({
      unpriced: 'usage.inconsistent',
    });
    expect(usage({ usage_metadata: { prompt_token_count: 3, total_token_count: 3 } })).toEqual({
      input_tokens: 3,
      output_tokens: 0,
    });
  });

  test('OpenAI realtime: every modality, and what of it came from the cache', () => {
    expect(
      usage({
        type: 'response.done',
        response: {
          usage: {
            total_tokens: 253,
            input_tokens: 132,
            output_tokens: 121,
            input_token_details: {
              text_tokens: 119,
              audio_tokens: 13,
              cached_tokens: 64,
              cached_tokens_details: { text_tokens: 64, audio_tokens: 0 },
            },
            output_token_details: { text_tokens: 30, audio_tokens: 91 },
          },
        },
      }),
    ).toMatchObject({ input_audio_tokens: 13, cache_text_read_tokens: 64, output_audio_tokens: 91 });
  });

  test('others: Cohere bills billed units, Mistral reads pages, Whisper listens to seconds', () => {
    expect(
      usage({
        usage: { billed_units: { input_tokens: 5, output_tokens: 6 }, tokens: { input_tokens: 71, output_tokens: 6 } },
      }),
    ).toEqual({ input_tokens: 5, output_tokens: 6 });
    expect(usage({ model: 'mistral-ocr-latest', usage_info: { pages_processed: 3, doc_size_bytes: 1 } })).toEqual({
      input_document_pages: 3,
    });
    expect(usage({ usage: { type: 'duration', seconds: 9 } })).toEqual({ audio_seconds: 9, input_audio_seconds: 9 });
  });
});

describe('streams', () => {
  test('events carry usage where their provider puts it', () => {
    const start = {
      type: 'message_start',
      message: { model: 'claude-x', usage: { input_tokens: 25, output_tokens: 1 } },
    };
    expect(calls(start)[0]).toMatchObject({ model: 'claude-x', usage: { input_tokens: 25, output_tokens: 1 } });
    // What it says of the output is the sum so far, and it need not say the input again.
    expect(usage({ type: 'message_delta', delta: {}, usage: { output_tokens: 15 } })).toEqual({ output_tokens: 15 });
    const details = { input_tokens_details: { cached_tokens: 0 } };
    const done = {
      type: 'response.completed',
      response: { model: 'gpt-x', usage: { input_tokens: 3, output_tokens: 4, ...details } },
    };
    expect(calls(done)[0]).toMatchObject({ model: 'gpt-x', usage: { input_tokens: 3, output_tokens: 4 } });
    expect(usage({ x_groq: { usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } } })).toMatchObject({
      output_tokens: 4,
    });
    expect(usage({ metadata: { usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 } } })).toMatchObject({
      output_tokens: 4,
    });
  });

  test('a chunk without usage is not one with none', () => {
    expect(refusal({ id: 'chunk', choices: [], usage: null })).toMatchObject({ unpriced: 'usage.shape_unknown' });
  });
});

describe('tiers', () => {
  const chat = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  test.each([
    ['standard', { usage: chat, service_tier: 'default' }],
    ['flex', { usage: chat, service_tier: 'flex' }],
    ['priority', { usage: chat, service_tier: 'priority' }],
    ['standard', { usage: { input_tokens: 1, output_tokens: 1, service_tier: 'standard', inference_geo: 'global' } }],
    ['batch', { usage: { input_tokens: 1, output_tokens: 1, service_tier: 'batch' } }],
    ['geo:us', { usage: { input_tokens: 1, output_tokens: 1, service_tier: 'standard', inference_geo: 'us' } }],
    ['standard', { usageMetadata: { promptTokenCount: 1, trafficType: 'ON_DEMAND' } }],
    ['flex', { usageMetadata: { promptTokenCount: 1, trafficType: 'ON_DEMAND_FLEX' } }],
    ['provisioned_throughput', { usageMetadata: { promptTokenCount: 1, trafficType: 'PROVISIONED_THROUGHPUT' } }],
  ])('%s', (tier, body) => {
    expect(calls(body)[0]!.tier).toBe(tier);
  });
});

describe('what is not understood is refused', () => {
  test.each([
    ['usage.shape_unknown', null],
    ['usage.shape_unknown', [1]],
    ['usage.shape_unknown', {}],
    ['usage.shape_unknown', { tokens: 5 }],
    ['usage.shape_unknown', { prompt_tokens: 1, input_tokens: 1 }],
    [
      'usage.shape_unknown',
      { input_tokens: 1, cache_read_input_tokens: 1, input_tokens_details: { cached_tokens: 1 } },
    ],
    ['usage.count_invalid', { prompt_tokens: -1 }],
    ['usage.count_invalid', { prompt_tokens: 1.5 }],
    ['usage.count_invalid', { prompt_tokens: '5' }],
    ['usage.count_invalid', { prompt_tokens: 2 ** 53 }],
    ['usage.inconsistent', { prompt_tokens: 5, completion_tokens: 5, total_tokens: 11 }],
    ['usage.inconsistent', { input_tokens: 5, output_tokens: 5, total_tokens: 11, input_tokens_details: {} }],
    ['usage.unit_unknown', { usage: { billed_units: { input_tokens: 1, search_units: 1 } } }],
    ['usage.unit_unknown', { promptTokenCount: 1, promptTokensDetails: [{ modality: 'SMELL', tokenCount: 1 }] }],
    ['usage.unit_unknown', { inputTokens: 1, cacheDetails: [{ ttl: '24h', inputTokens: 1 }] }],
  ])('%s', (code, body) => {
    expect(refusal(body)).toMatchObject({ unpriced: code });
  });
});

describe('spans', () => {
  const span = (attributes: object, resource: object = { 'placet.run.id': 'run-1' }, failed = false) =>
    spanCall({
      attributes: attributes as Record<string, unknown>,
      resource: resource as Record<string, unknown>,
      failed,
    });

  test('names of today', () => {
    expect(
      span({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.model': 'claude-sonnet-4-5',
        'gen_ai.response.model': 'claude-sonnet-4-5-20250929',
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.output_tokens': 180,
        'gen_ai.usage.cache_read.input_tokens': 50,
        'gen_ai.usage.cache_creation.input_tokens': 25,
        'placet.hold.id': 'hold-1',
      }),
    ).toEqual({
      run_id: 'run-1',
      hold_id: 'hold-1',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5-20250929',
      usage: { input_tokens: 100, output_tokens: 180, cache_read_tokens: 50, cache_write_tokens: 25 },
    });
  });

  test('names of before, and a cache that cannot be part of the input', () => {
    expect(
      span({
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.prompt_tokens': 10,
        'gen_ai.usage.completion_tokens': 5,
        'gen_ai.usage.cache_read_input_tokens': 900,
        'gen_ai.openai.response.service_tier': 'priority',
      }),
    ).toEqual({
      run_id: 'run-1',
      provider: 'openai',
      model: 'gpt-4o',
      tier: 'priority',
      usage: { input_tokens: 910, output_tokens: 5, cache_read_tokens: 900 },
    });
  });

  const tokens = { 'gen_ai.usage.input_tokens': 1, 'gen_ai.usage.output_tokens': 1, 'gen_ai.request.model': 'm' };
  test('spans that sum up others are left out, and those that are no model call', () => {
    for (const operation of ['invoke_agent', 'execute_tool', 'create_agent', 'invoke_workflow'])
      expect(span({ ...tokens, 'gen_ai.operation.name': operation })).toBeNull();
    expect(span({ 'http.request.method': 'GET' })).toBeNull();
    expect(span({ 'gen_ai.operation.name': 'chat' }, undefined, true)).toBeNull();
  });

  test('a call that cannot be charged says why', () => {
    expect(span({ 'gen_ai.operation.name': 'chat' })).toEqual({ invalid: expect.stringContaining('input_tokens') });
    expect(span(tokens, {})).toEqual({ invalid: expect.stringContaining('placet.run.id') });
    expect(span({ 'gen_ai.usage.input_tokens': 1 })).toEqual({ invalid: expect.stringContaining('model') });
    expect(span({ ...tokens, 'gen_ai.usage.input_tokens': -1 })).toEqual({
      invalid: expect.stringContaining('usage.count_invalid'),
    });
  });
});
