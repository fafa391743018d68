// An agent loop that asks before each repetition and stops when it is told to.
//
//   PLACET_TOKEN=placet.northwind-outdoor.bid-optimizer.… node examples/loop.mjs [failures]
//
// A fake model writes headlines. Its work fails the check `failures` times before it passes. Two corrections are within the ceiling;
// the third is denied, a red flag (A8) is open, and the loop ends: it does not try again under another name.
import { randomUUID } from 'node:crypto';

const { PLACET_URL = 'http://127.0.0.1:8080', PLACET_TOKEN = '' } = process.env;
const [failures = '1', task = `headlines-${randomUUID().slice(0, 8)}`] = process.argv.slice(2);
const agent = PLACET_TOKEN.split('.')[2];
const run = `run-${randomUUID()}`;

async function call(method, path, body) {
  const headers = { authorization: `Bearer ${PLACET_TOKEN}`, 'content-type': 'application/json' };
  const response = await fetch(PLACET_URL + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.code}: ${answer.detail}`);
  return answer;
}

/** The model, and the check of what it wrote. */
const model = { write: (attempt) => `Headline, attempt ${attempt}` };
const check = (attempt) => (attempt <= Number(failures) ? ['off_brand'] : []);

/** May the agent take this step? Asked again under the same id, because an answer was lost, it gets the same answer. */
async function mayI(kind, stepId, code) {
  const step = { kind, step_id: stepId, ...(code && { cause: { code } }) };
  const answer = await call('POST', `/v1/runs/${run}/steps`, step);
  const left = answer.counters?.[kind]?.left;
  const why = answer.decision.reasons.map((reason) => reason.message).join(' ');
  console.log(`${kind} ${stepId}: ${answer.admitted ? `admitted, ${left} left` : `denied. ${why}`}`);
  if (answer.red_flag) console.log(`a human has to look at ${answer.red_flag}`);
  return answer.admitted;
}

async function loop() {
  const { started, decision } = await call('POST', '/v1/runs', {
    run_id: run,
    task_id: task,
    main_task_id: 'spring',
    agent,
    model: 'fake-1',
  });
  if (!started) return `not started: ${decision.reasons.map((reason) => reason.message).join(' ')}`;
  if (!(await mayI('tool_round', 'brand-guide'))) return 'stopped';
  for (let attempt = 1; ; attempt++) {
    const text = model.write(attempt);
    const [failure] = check(attempt);
    if (!failure) return `done: ${text}`;
    console.log(`${text}: ${failure}`);
    if (!(await mayI('qc_correction', `correction-${attempt}`, failure))) return 'stopped';
  }
}

const end = await loop();
console.log(end);
process.exitCode = end.startsWith('done') ? 0 : 1;
