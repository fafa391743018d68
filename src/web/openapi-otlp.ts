import { type Route, post } from './openapi-route.ts';

export const OTLP_ROUTES: Route[] = [
  post(
    '/v1/otlp/v1/traces',
    'exportTraces',
    'Cost Guard',
    'Traces over OTLP/HTTP: model calls among the spans are spend',
    {
      description:
        'ExportTraceServiceRequest, gzip too, of at most 1,000 model calls. A call is a span with `gen_ai.usage.*` and `placet.run.id` (on the span or its resource), `placet.hold.id` when a hold was taken; it counts once by trace and span id. Spans that are no model call, and those of agents and tools, which sum up others, are taken and not kept. What is wrong with a call is said in `partialSuccess`. Every refusal is a google.rpc.Status in the encoding of the request.',
      otlp: true,
      body: { schema: 'otlp.json#/$defs/otlp_traces' },
      answers: [{ status: 200, says: 'Taken, but for what it says.', schema: 'otlp.json#/$defs/otlp_taken' }],
      errors: { 400: ['body.not_otlp', 'body.not_gzip'], 413: ['otlp.too_many_calls'], 415: ['body.encoding'] },
    },
  ),
];
