import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  type Agency,
  type Node,
  type Person,
  CONFIG,
  budget,
  createTranscript,
  gist,
  openAgency,
  openNode,
  openWorkingAgency,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let node: Node;
let agency: Agency;

beforeAll(async () => {
  database = await createDatabase();
  node = await openNode(database.url);
  agency = await openAgency(node, 'acme');
});
afterAll(async () => {
  await node.close();
  await database.drop();
});

const put = (body: unknown, headers: Record<string, string> = {}, who: Person = 'anna') =>
  node.call(agency.tokens[who], 'PUT', '/v1/tenant/config', body, headers);
const get = (headers: Record<string, string> = {}) =>
  node.call(agency.tokens.anna, 'GET', '/v1/tenant/config', undefined, headers);
/** The configuration with one value replaced, by JSON pointer. */
function changed(pointer: string, value: unknown): any {
  const config = structuredClone(CONFIG) as any;
  const [section, field] = pointer.slice(1).split('/') as [string, string];
  config[section][field] = value;
  return config;
}

test('is read and written as JSON and as YAML, each version by its ETag', async () => {
  const first = await get();
  expect(first.body).toEqual(CONFIG);
  const stricter = changed('/approval_policy/auto_approve_optimization_under_pct', 7.5);
  const second = await put(stricter, { 'if-match': first.headers.get('etag')! });
  expect([second.status, second.headers.get('etag'), second.body]).toEqual([
    200,
    '"2"',
    { version: 2, config: stricter },
  ]);
  const yaml = await get({ accept: 'application/yaml' });
  expect(yaml.headers.get('content-type')).toBe('application/yaml');
  expect(parse(yaml.text)).toEqual(stricter);
  for (const type of ['application/yaml', 'application/x-yaml', 'text/yaml; charset=utf-8'])
    expect((await put(stringify(CONFIG), { 'content-type': type })).status).toBe(200);
  expect((await get()).body).toEqual(CONFIG);
});

test('in the shape of the specification, comments and all', async () => {
  const answer = await put(
    `approval_policy:
  first_launch_requires_human: true
  auto_approve_optimization_under_pct: 10   # under 10 %: auto
  client_must_approve_budget_increase: true
  vertical_compliance_profile: health_strict
loop_policy: { qc_correction_max: 2, tool_rounds_max: 5, orchestrator_retry_max: 1, global_steps_per_run_id_max: 8, on_exhaustion: red_flag_a8 }
cost_guard_policy:
  trip_multiplier: 3.0
  block_on_trip: true
qc_threshold_policy: { success_floor: 0.80, window_hours: 24, min_sample_global: 20 }
`,
    { 'content-type': 'application/yaml' },
  );
  expect(answer.status).toBe(200);
});

test.each([
  ['/approval_policy/auto_approve_optimization_under_pct', 10.01, 10],
  ['/loop_policy/qc_correction_max', 3, 2],
  ['/loop_policy/tool_rounds_max', 6, 5],
  ['/loop_policy/orchestrator_retry_max', 2, 1],
  ['/loop_policy/global_steps_per_run_id_max', 9, 8],
  ['/loop_policy/on_exhaustion', 'continue', 'red_flag_a8'],
  ['/cost_guard_policy/trip_multiplier', 3.01, 3],
  ['/cost_guard_policy/block_on_trip', false, true],
  ['/qc_threshold_policy/success_floor', 0.79, 0.8],
])('looser than the ceiling is refused: %s of %s', async (field, value, ceiling) => {
  const before = await get();
  const { status, body } = await put(changed(field, value));
  expect([status, body.code]).toEqual([422, 'config.looser_than_ceiling']);
  expect(body.errors).toMatchObject([{ field, value, ceiling }]);
  expect((await get()).headers.get('etag')).toBe(before.headers.get('etag'));
});

test('everything that is looser is named at once, and an unknown profile is refused', async () => {
  const loose = changed('/loop_policy/qc_correction_max', 9);
  loose.cost_guard_policy = { trip_multiplier: 10, block_on_trip: false };
  loose.approval_policy.vertical_compliance_profile = 'toString';
  const { body } = await put(loose);
  expect(body.errors.map((error: any) => error.field).sort()).toEqual([
    '/approval_policy/vertical_compliance_profile',
    '/cost_guard_policy/block_on_trip',
    '/cost_guard_policy/trip_multiplier',
    '/loop_policy/qc_correction_max',
  ]);
});

test.each([
  ['/loop_policy/qc_correction_max', '2'],
  ['/loop_policy/qc_correction_max', -1],
  ['/loop_policy/qc_correction_max', 1.5],
  ['/loop_policy/qc_correction_max', null],
  ['/cost_guard_policy/trip_multiplier', 0],
  ['/cost_guard_policy/block_on_trip', 'true'],
  ['/approval_policy/auto_approve_optimization_under_pct', 9.999],
  ['/approval_policy/one_more', true],
])('malformed is refused by the field: %s of %j', async (field, value) => {
  const { status, body } = await put(changed(field, value));
  expect([status, body.code, body.errors.map((error: any) => error.field)]).toEqual([400, 'request.invalid', [field]]);
});

test('a missing section is named', async () => {
  const { loop_policy: _, ...rest } = CONFIG;
  expect((await put(rest)).body.errors).toMatchObject([{ field: '/loop_policy', code: 'schema.required' }]);
});

describe('YAML that is no data', () => {
  test.each([
    ['a billion laughs', 'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]', 'body.not_yaml'],
    ['a key twice', 'loop_policy: {}\nloop_policy: {}', 'body.not_yaml'],
    ['half a flow', 'a: [1, 2', 'body.not_yaml'],
    ['brackets to the limit', '['.repeat(16_384), 'body.not_yaml'],
    ['warnings to the limit', '%a\n'.repeat(5_000), 'body.not_yaml'],
    ['too deep', `a: ${'['.repeat(40)}${']'.repeat(40)}`, 'body.too_deep'],
    ['nothing', '', 'request.invalid'],
    ['a scalar', 'yes', 'request.invalid'],
    ['two documents', 'a: 1\n---\nb: 2', 'body.not_yaml'],
    ['infinity', 'cost_guard_policy: { trip_multiplier: .inf, block_on_trip: true }', 'request.invalid'],
    ['a NUL', 'approval_policy: { vertical_compliance_profile: "\\0" }', 'request.invalid'],
  ])('%s', async (_, text, code) => {
    expect(gist(await put(text, { 'content-type': 'application/yaml' }))).toBe(`400 ${code}`);
  });
});

test('YAML longer than any configuration is not even parsed, nor is that of one who may not write', async () => {
  const yaml = { 'content-type': 'application/yaml' };
  expect(gist(await put(`${stringify(CONFIG)}${'#'.repeat(16_384)}`, yaml))).toBe('413 body.too_large');
  expect(gist(await put('[', yaml, 'bot'))).toBe('403 operation.forbidden access.not_permitted');
});

describe('If-Match', () => {
  test('of another version is refused, with the one that stands', async () => {
    const { headers } = await get();
    const version = Number(headers.get('etag')!.slice(1, -1));
    expect((await put(CONFIG, { 'if-match': `"${version - 1}"` })).body).toMatchObject({
      code: 'config.version_conflict',
      version,
    });
    expect(gist(await put(CONFIG, { 'if-match': '*' }))).toBe('200');
    expect((await put(CONFIG, { 'if-match': 'W/"1"' })).body).toMatchObject({
      status: 400,
      errors: [{ field: 'If-Match' }],
    });
  });

  test('lets one of two writers win', async () => {
    const etag = (await get()).headers.get('etag')!;
    const both = await Promise.all([put(CONFIG, { 'if-match': etag }), put(CONFIG, { 'if-match': etag })]);
    expect(both.map((one) => one.status).sort()).toEqual([200, 409]);
  });
});

test('is for admins to write', async () => {
  for (const who of ['bot', 'desk', 'paul', 'olga', 'clara', 'aldo'] as const)
    expect(gist(await put(CONFIG, {}, who)), who).toBe('403 operation.forbidden access.not_permitted');
});

test('is in force for the next question', async () => {
  const strict = await openWorkingAgency(node, 'strict');
  const say = createTranscript(node.call, strict);
  await say.ask('bot', budget('c1', 10_500));
  await say.send(
    'anna',
    'PUT',
    '/v1/tenant/config',
    changed('/approval_policy/auto_approve_optimization_under_pct', 2),
  );
  await say.ask('bot', budget('c1', 10_500));
  expect(say.lines.map((line) => line.split(' → ')[1]!.split(' ')[0])).toEqual(['allow', '200', 'review']);
});
