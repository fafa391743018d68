import { type Route, get, post } from './openapi-route.ts';

export const RUN_ROUTES: Route[] = [
  post('/v1/runs', 'startRun', 'Runs', 'May this run start?', {
    description:
      'A run with a parent joins its tree, and counts there. The same as asking for `run.start` on `run/<run_id>`. Sent again, it gives the same decision.',
    body: { schema: 'run-request.json' },
    answers: [
      { status: 201, says: 'It runs.', schema: 'run.json#/$defs/run_started' },
      { status: 200, says: 'It may not start: the decision says why.', schema: 'run.json#/$defs/run_started' },
    ],
  }),
  get('/v1/runs', 'listRuns', 'Runs', 'Runs, newest first', {
    parameters: ['root_run_id', 'task_id', 'before', 'limit'],
    answers: [{ status: 200, says: 'A page of those that you may see.', schema: 'run.json#/$defs/run_page' }],
  }),
  get('/v1/runs/{id}', 'getRun', 'Runs', 'A run, its counters and what is left of each ceiling', {
    parameters: ['run_id'],
    answers: [{ status: 200, says: 'The run.', schema: 'run.json' }],
    errors: { 404: ['not_found'] },
  }),
  post('/v1/runs/{id}/steps', 'askStep', 'Runs', 'May the agent take this step?', {
    description:
      'Ask before the step. It is admitted once per step_id: sent again, the same step gets the same answer. What is over a ceiling is denied, and raises an A8. The same as asking for `agent.step` on `run/<id>`.',
    parameters: ['run_id'],
    body: { schema: 'run-step-request.json' },
    answers: [{ status: 200, says: 'Admitted or not.', schema: 'run.json#/$defs/step_answer' }],
    errors: { 409: ['step.conflict'] },
  }),
];
