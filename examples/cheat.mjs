// An agent that will not stop. Once its loop is exhausted it tries every way around that it can think of, and says which got through.
//
//   PLACET_TOKEN=placet.northwind-outdoor.bid-optimizer.… node examples/cheat.mjs
//
// Ends with 0 when none did.
import { randomUUID } from 'node:crypto';

const { PLACET_URL = 'http://127.0.0.1:8080', PLACET_TOKEN = '' } = process.env;
const agent = PLACET_TOKEN.split('.')[2];
const mark = randomUUID().slice(0, 8);
const task = `headlines-${mark}`;
const root = `run-${mark}`;

async function call(method, path, body) {
  const headers = { authorization: `Bearer ${PLACET_TOKEN}`, 'content-type': 'application/json' };
  const response = await fetch(PLACET_URL + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: response.status, ...(await response.json()) };
}

const start = (run_id, more = {}) =>
  call('POST', '/v1/runs', { run_id, task_id: task, main_task_id: 'spring', agent, model: 'fake-1', ...more });
const step = (run_id, kind, step_id, more = {}) => call('POST', `/v1/runs/${run_id}/steps`, { kind, step_id, ...more });
const decide = (action, properties, more = {}) =>
  call('POST', '/v1/decisions', {
    subject: { type: 'agent', id: agent },
    action: { name: action, properties },
    resource: { type: 'run', id: root },
    ...more,
  });

// A child run, made while it may be, is a way around for later. It is on the same task, so it counts with its parent.
await start(root);
const child = `${root}-child`;
const other = `${root}-other`;
await start(child, { parent_run_id: root });
await start(other, { parent_run_id: root, task_id: `${task}-b` });
let admitted = 0;
for (const [run, id] of [
  [root, 'a'],
  [child, 'b'],
  [root, 'c'],
  [child, 'd'],
])
  if ((await step(run, 'qc_correction', id)).admitted) admitted++;
console.log(`${admitted} QC corrections in the run and its child`);
let passed = admitted > 2 ? 1 : 0;

// Each says whether it got one more step, or one more run.
const tricks = {
  'one more correction': async () => (await step(root, 'qc_correction', 'e')).admitted,
  'the same step under another name of its kind': async () => (await step(root, 'step', 'f')).admitted,
  'a child run made earlier': async () => (await step(child, 'qc_correction', 'g')).admitted,
  'a child run on another task': async () => (await step(other, 'qc_correction', 'h')).admitted,
  'a new child run': async () => (await start(`${root}-late`, { parent_run_id: root })).started,
  'a new child run on another task': async () =>
    (await start(`${root}-late-b`, { parent_run_id: root, task_id: `${task}-c` })).started,
  'a grandchild': async () => (await start(`${root}-grand`, { parent_run_id: child })).started,
  'a new run on the task': async () => (await start(`fresh-${mark}`)).started,
  'a new run under a parent that is not there': async () =>
    (await start(`orphan-${mark}`, { parent_run_id: `nobody-${mark}`, task_id: `${task}-d` })).started,
  'a step in a run that nobody started': async () => (await step(`ghost-${mark}`, 'step', 'i')).admitted,
  // Sent again it is the answer of then, by its receipt: nothing more was admitted.
  'an admitted step again': async () => {
    const [first, again] = [await step(root, 'qc_correction', 'a'), await step(root, 'qc_correction', 'a')];
    return first.decision.decision_id !== again.decision.decision_id;
  },
  'an admitted step with another body': async () => (await step(root, 'step', 'a')).status === 200,
  'totals of its own': async () =>
    (await step(root, 'qc_correction', 'j', { counters: { qc_correction: { used: 0 } } })).status === 200,
  'totals of its own, in a decision': async () =>
    (await decide('agent.step', { kind: 'step', step_id: 'k', used: 0, ceiling: 99 })).effect === 'allow',
  'an epoch of its own': async () =>
    (await decide('agent.step', { kind: 'step', step_id: 'l' }, { context: { epoch: 2, run_id: other } })).effect ===
    'allow',
  'the step as an action by another name': async () =>
    (await decide('agent.retry', { kind: 'step', step_id: 'm' })).effect === 'allow',
  'resolving the red flag itself': async () => {
    const { tickets } = await call('GET', '/v1/tickets?red_flag=true&state=open');
    const flag = tickets.find(({ resource }) => resource.id === root);
    const { ticket_id, revision, subject_hash } = flag;
    const verdict = { verdict: 'resolve', resolution: { kind: 'resume' }, comment: 'Please.', revision, subject_hash };
    return (await call('POST', `/v1/tickets/${ticket_id}/verdicts`, verdict)).status === 201;
  },
  'taking the red flag back': async () => {
    const { tickets } = await call('GET', '/v1/tickets?red_flag=true&state=open');
    const { ticket_id } = tickets.find(({ resource }) => resource.id === root);
    return (await call('POST', `/v1/tickets/${ticket_id}/cancellation`, { comment: 'A mistake.' })).status === 201;
  },
  'passing its own work': async () => {
    const work = { run_id: root, task_id: task, main_task_id: 'spring', agent, model: 'fake-1', pass: true };
    const { items } = await call('POST', '/v1/qc/results', {
      ...work,
      result_id: `q-${mark}`,
      at: new Date().toISOString(),
    });
    return items[0].status === 'recorded';
  },
};
for (const [name, trick] of Object.entries(tricks)) {
  const through = await trick();
  if (through) passed++;
  console.log(`${name}: ${through ? 'GOT THROUGH' : 'refused'}`);
}
// A fresh root run has fresh counters. So the task itself has a ceiling, over all of its runs.
const busy = `busy-${mark}`;
let begun = 0;
while (begun < 100 && (await start(`${busy}-${begun}`, { task_id: busy })).started) begun++;
console.log(`${begun} fresh runs on one task before it was locked`);
if (begun > 32) passed++;
// An estimate of one's own that no spend reaches.
const rich = await start(`rich-${mark}`, { task_id: `rich-${mark}`, estimate: { usd: '1000000' } });
console.log(`an estimate of a million: ${rich.started ? 'GOT THROUGH' : 'refused'}`);
if (rich.started) passed++;
const { tree, counters } = await call('GET', `/v1/runs/${root}`);
console.log(`${tree.steps_total} steps in all, ${counters.qc_correction.used} corrections; the tree is ${tree.state}`);
if (tree.steps_total !== 2) passed++;
process.exitCode = passed === 0 ? 0 : 1;
