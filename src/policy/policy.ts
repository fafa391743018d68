import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as opa from '@open-policy-agent/opa-wasm';
import type {
  AccessAnswer,
  AccessInput,
  CeilingAnswer,
  CeilingInput,
  ConfigAnswer,
  ConfigInput,
  CostAnswer,
  CostInput,
  DecisionAnswer,
  FlagAnswer,
  FlagInput,
  MandateAnswer,
  MandateInput,
  QcAnswer,
  QcInput,
  ReportAnswer,
  ReportInput,
  VerdictAnswer,
  VerdictInput,
} from '../contract/types.ts';
import { asserter } from '../contract/validate.ts';

/** The compiled Rego of one bundle. Pure: the same input text gives the same answer, with no clock and no I/O. */
export interface Policy {
  /** SHA-256 of the bundle. */
  revision: string;
  /** @param input JSON text of a DecisionInput: the text that is evaluated is the text that goes into the log */
  decide(input: string): DecisionAnswer;
  verdict(input: VerdictInput): VerdictAnswer;
  access(input: AccessInput): AccessAnswer;
  config(input: ConfigInput): ConfigAnswer;
  cost(input: CostInput): CostAnswer;
  flag(input: FlagInput): FlagAnswer;
  ceiling(input: CeilingInput): CeilingAnswer;
  qc(input: QcInput): QcAnswer;
  report(input: ReportInput): ReportAnswer;
  mandate(input: MandateInput): MandateAnswer;
}

export const DECISION_ENTRYPOINT = 'placet/decision/answer';

/**
 * Loads a bundle folder and tries each entrypoint once.
 * @param folder holds policy.wasm, data.json and manifest.json
 * @throws Error when a file is missing, is not what the manifest says, or an entrypoint does not answer in its schema
 */
export async function loadPolicy(folder: URL): Promise<Policy> {
  const [wasm, data, manifest] = await Promise.all([
    readFile(new URL('policy.wasm', folder)),
    readFile(new URL('data.json', folder)),
    readFile(new URL('manifest.json', folder), 'utf8').then((text) => JSON.parse(text) as { revision: string }),
  ]);
  const revision = bundleRevision(wasm, data);
  if (revision !== manifest.revision)
    throw new Error(`the policy bundle is ${revision}, its manifest says ${manifest.revision}`);
  const loaded = await opa.loadPolicy(new Uint8Array(wasm).buffer, { initial: 8 });
  loaded.setData(new Uint8Array(data).buffer);

  function evaluate<T>(entrypoint: string, check: (value: unknown) => T, input: string): T {
    const results = loaded.evaluate(new TextEncoder().encode(input).buffer, entrypoint) as { result: unknown }[];
    if (results.length !== 1) throw new Error(`${entrypoint} is undefined`);
    return check(results[0]!.result);
  }

  const policy: Policy = {
    revision,
    decide: (input) => evaluate(DECISION_ENTRYPOINT, checkDecision, input),
    verdict: (input) => evaluate('placet/verdict/answer', checkVerdict, JSON.stringify(input)),
    access: memoized((input) => evaluate('placet/access/answer', checkAccess, input)),
    config: (input) => evaluate('placet/config/answer', checkConfig, JSON.stringify(input)),
    cost: remembered((input) => evaluate('placet/cost/answer', checkCost, input)),
    flag: (input) => evaluate('placet/flag/answer', checkFlag, JSON.stringify(input)),
    qc: (input) => evaluate('placet/qc/answer', checkQc, JSON.stringify(input)),
    report: (input) => evaluate('placet/report/answer', checkReport, JSON.stringify(input)),
    ceiling: (input) => evaluate('placet/ceiling/answer', checkCeiling, JSON.stringify(input)),
    mandate: (input) => evaluate('placet/mandate/answer', checkMandate, JSON.stringify(input)),
  };
  policy.access({ caller: { kind: 'agent', id: 'smoke', roles: [] }, operation: 'smoke.test' });
  return policy;
}

/** What names a bundle: a change of a rule, of data or of the compiler's output is another revision. */
function bundleRevision(wasm: Uint8Array, data: Uint8Array): string {
  return hash('sha256', Buffer.concat([wasm, data]), 'hex');
}

// Access depends on kind, roles and operation only, of which there are few; every request asks. A refusal names who asked,
// so it is worked out anew.
function memoized(evaluate: (input: string) => AccessAnswer): (input: AccessInput) => AccessAnswer {
  const answers = new Map<string, AccessAnswer>();
  return ({ caller, operation }) => {
    const key = `${caller.kind} ${caller.roles.join()} ${operation}`;
    const known = answers.get(key);
    if (known) return known;
    const answer = evaluate(JSON.stringify({ caller, operation }));
    if (answer.effect === 'allow') answers.set(key, answer);
    return answer;
  };
}

// Kinds, roles, acts and facts are few, and each call of a model asks.
function remembered(evaluate: (input: string) => CostAnswer): (input: CostInput) => CostAnswer {
  const answers = new Map<string, CostAnswer>();
  return (input) => {
    const text = JSON.stringify(input);
    const known = answers.get(text);
    if (known) return known;
    const answer = evaluate(text);
    if (answers.size < REMEMBERED_MAX) answers.set(text, answer);
    return answer;
  };
}

const REMEMBERED_MAX = 10_000;

const checkDecision = asserter<DecisionAnswer>('decision-answer.json');
const checkVerdict = asserter<VerdictAnswer>('verdict-answer.json');
const checkAccess = asserter<AccessAnswer>('access-answer.json');
const checkMandate = asserter<MandateAnswer>('mandate-answer.json');
const checkConfig = asserter<ConfigAnswer>('config-answer.json');
const checkCost = asserter<CostAnswer>('cost-answer.json');
const checkFlag = asserter<FlagAnswer>('flag-answer.json');
const checkCeiling = asserter<CeilingAnswer>('ceiling-answer.json');
const checkQc = asserter<QcAnswer>('qc-answer.json');
const checkReport = asserter<ReportAnswer>('report-answer.json');
