import { type Route, get } from './openapi-route.ts';

export const METRICS_ROUTES: Route[] = [
  get('/v1/metrics/ops', 'getOpsMetrics', 'Metrics', 'How is the work going?', {
    description: 'Every metric of the specification, and a few more, over a window of at most 366 days.',
    parameters: ['metrics_from', 'metrics_to'],
    answers: [{ status: 200, says: 'The metrics.', schema: 'ops-metrics.json' }],
  }),
  get('/metrics', 'getPrometheusMetrics', 'Metrics', 'The same for Prometheus', {
    description: 'The tenant of the token, over the last 24 hours, with figures of this process.',
    answers: [{ status: 200, says: 'Text exposition format.' }],
  }),
];
