import { type Route, get, post } from './openapi-route.ts';

const taken = { status: 201, says: 'What became of each, in their order.', schema: 'qc-report.json' };

export const QC_ROUTES: Route[] = [
  post('/v1/qc/results', 'reportQcResults', 'QC', 'Report checks of agents’ work', {
    description:
      'One result, or `{"results": […]}` with up to 1,000. Each is taken once by its `result_id`. An agent cannot report on its own work.',
    body: { schema: 'qc-report.json#/$defs/qc_results_body' },
    answers: [taken],
  }),
  post('/v1/qc/loops', 'reportQcLoops', 'QC', 'Report correction loops', {
    description: 'One loop, or `{"loops": […]}` with up to 1,000. Each is taken once by its `loop_id`.',
    body: { schema: 'qc-report.json#/$defs/qc_loops_body' },
    answers: [taken],
  }),
  get('/v1/qc/grains', 'listGrains', 'QC', 'Success rates over the window, those in alert first', {
    parameters: ['grain_kind', 'alert'],
    answers: [{ status: 200, says: 'Up to 1,000 grains.', schema: 'qc-report.json#/$defs/grain_page' }],
  }),
];
