// Decision cases are data: a named base input, a merge patch (RFC 7396) on it, and what to expect of the answer.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const here = import.meta.dirname;

/** @returns {{name: string, file: string, description?: string, entrypoint: string, input: any, expect: any}[]} */
export function loadCases() {
  const bases = parse(readFileSync(join(here, 'bases.yaml'), 'utf8'));
  const files = readdirSync(join(here, 'cases')).filter((name) => name.endsWith('.yaml'));
  const cases = files.sort().flatMap((file) => {
    const { cases: list = [], matrix } = parse(readFileSync(join(here, 'cases', file), 'utf8'));
    return [...list, ...expandMatrix(matrix)].map((one) => ({
      ...one,
      file,
      entrypoint: `placet/${one.entrypoint ?? bases[one.base].entrypoint}/answer`,
      input: mergePatch(resolveBase(bases, one.base), one.patch ?? {}),
    }));
  });
  const names = new Set();
  for (const { name, file } of cases) {
    if (names.has(`${file}/${name}`)) throw new Error(`two cases are named ${name} in ${file}`);
    names.add(`${file}/${name}`);
  }
  return cases;
}

function resolveBase(bases, name) {
  const base = bases[name];
  if (!base) throw new Error(`no base ${name}`);
  return base.extends ? mergePatch(resolveBase(bases, base.extends), base.input) : base.input;
}

// `matrix: { callers: {name: principal}, rows: {operation: {caller: scope}} }`, every caller not named is denied.
function expandMatrix(matrix) {
  if (!matrix) return [];
  return Object.entries(matrix.rows).flatMap(([operation, scopes]) =>
    Object.entries(matrix.callers).map(([who, caller]) => ({
      name: `${operation} by ${who}`,
      base: 'access',
      patch: { caller, operation },
      expect: scopes[who]
        ? { effect: 'allow', scope: scopes[who], codes: [] }
        : { effect: 'deny', scope: 'none', codes: ['access.not_permitted'] },
    })),
  );
}

function mergePatch(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const merged = target !== null && typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** What an expectation may speak about, in the words of an expectation. */
export function seenOf(answer) {
  return {
    effect: answer.effect,
    codes: (answer.reasons ?? answer.violations ?? []).map(({ code }) => code),
    fields: answer.violations?.map(({ field }) => field),
    matched: Object.fromEntries((answer.reasons ?? []).filter((r) => r.matched).map((r) => [r.code, r.matched])),
    distance: Object.fromEntries((answer.reasons ?? []).filter((r) => r.distance).map((r) => [r.code, r.distance])),
    messages: (answer.reasons ?? answer.violations ?? []).map(({ message }) => message),
    ticket: answer.ticket?.type ?? null,
    slots: answer.ticket?.slots.map(({ id }) => id),
    blocks: answer.ticket?.blocks,
    risk: answer.ticket?.risk,
    legal_flag: answer.ticket?.legal_flag,
    on_approved: answer.ticket?.on_approved,
    consume_permit: answer.consume_permit,
    on_applied: answer.on_applied,
    obligations: answer.obligations?.map(({ type }) => type),
    on_decided: answer.on_decided?.map(({ op }) => op) ?? null,
    left:
      answer.counters && Object.fromEntries(Object.entries(answer.counters).map(([kind, { left }]) => [kind, left])),
    alert: answer.alert,
    turns: answer.turns,
    scope: answer.scope,
    outcome: answer.outcome ?? null,
    slot: answer.slot ?? null,
    on_behalf_of: answer.on_behalf_of ?? null,
    narrowing: answer.narrowing ?? null,
  };
}
