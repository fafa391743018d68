// The policy in words, for people: what each rule is called and says, which test reaches it, and the tables of the data. Part of the
// bundle (policies/bundle/catalogue.json), so that the pages tell of the policy that runs.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fail, root } from './policy-opa.mjs';

const sources = 'policies/rego';

/** @param data what the bundle's data.json holds under `placet` */
export function catalogueOf(opa, data) {
  const annotations = inspect(opa);
  const rego = files(sources, '.rego');
  const tests = files('test/policy/rego', '.rego');
  const cases = files('test/policy/cases', '.yaml');
  const effects = effectsIn(rego);
  const evidence = [...tests, ...cases].map(({ text }) => text);
  const rules = annotations
    .filter(({ annotations }) => annotations.custom?.code)
    .map(({ annotations: { custom, title, description }, location, path }) => {
      const [, , name, rule] = path.map(({ value }) => value);
      return {
        package: name,
        code: custom.code,
        title,
        description: sentence(description),
        effect: effects.get(`${name}.${rule}`) ?? effects.get(custom.code) ?? (rule === 'violations' ? 'deny' : null),
        rule: `data.placet.${name}.${rule}`,
        file: location.file.replace(/^\//, ''),
        row: location.row,
        tests: evidence.reduce((count, text) => count + named(text, custom.code, name, rule), 0),
      };
    });
  return {
    tests: {
      rego: tests.reduce((count, { text }) => count + (text.match(/^test_/gm) ?? []).length, 0),
      cases: cases.reduce((count, { text }) => count + casesIn(parse(text)), 0),
    },
    packages: annotations
      .filter(({ annotations }) => annotations.scope === 'package')
      .map(({ annotations: { title, description }, path }) => {
        const name = path.at(-1).value;
        const own = rules.filter((one) => one.package === name).map(({ package: _, ...rule }) => rule);
        return { name, title, description: sentence(description), rules: own.sort(by((rule) => rule.code)) };
      })
      .sort(by((one) => one.name)),
    actions: Object.entries(data.action.table).map(([action, { resource, topic }]) => ({ action, resource, topic })),
    ticket_types: Object.entries(data.ticket.types).map(([type, row]) => ({
      type,
      title: row.title,
      red_flag: row.red_flag ?? false,
      slots: row.slots.map(({ any_of, when = [] }) => ({ any_of, when })),
      veto: row.veto,
      objection: row.objection ?? [],
      blocks_actions: row.blocks_actions,
      on_approved: row.on_approved,
      resolutions: row.resolutions ?? [],
      risk: row.risk,
      risk_high_when: row.risk_high_when ?? [],
      permit_ttl_minutes: row.permit_ttl_minutes,
      request_ttl_minutes: row.request_ttl_minutes,
      sla: data.sla.types[type],
    })),
    profiles: Object.entries(data.compliance.profiles).map(([name, { title, includes = [], rows }]) => ({
      name,
      title,
      includes,
      rows: rows.map(({ id, title, severity, legal_flag, platforms = [], message, source, match }) => ({
        code: `compliance.${id}`,
        title,
        severity,
        legal_flag,
        platforms,
        message,
        source,
        examples: examplesOf(match, data.compliance.lexicons),
      })),
    })),
    ceilings: data.config.ceilings.map(({ path: _, ...row }) => row),
    config_fields: configFields(),
  };
}

function inspect(opa) {
  const args = ['inspect', '--annotations', '--format', 'json', sources];
  const { stdout, status, stderr } = spawnSync(opa, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 27 });
  if (status !== 0) fail(stderr);
  return JSON.parse(stdout).annotations;
}

// A rule is gathered in a set that says what it does: `denials contains wrong_type`, `_reviews contains x if some x in budget.over`.
function effectsIn(rego) {
  const effects = new Map();
  for (const { text } of rego) {
    const name = /^package placet\.(\w+)/m.exec(text)?.[1];
    for (const [set, effect] of Object.entries(SETS)) {
      const member = new RegExp(
        `^_?${set} contains (?:(?:(\\w+) if some \\1 in )?(?:(\\w+)\\.)?(\\w+)$|(\\w+) if some \\4 in (?:(\\w+)\\.)?(\\w+)$|\\S*?\\(?\\s*"([a-z_]+\\.[a-z_]+)")`,
        'gm',
      );
      for (const [, , pkg, rule, , pkg2, rule2, code] of text.matchAll(member))
        effects.set(code ?? `${pkg ?? pkg2 ?? name}.${rule ?? rule2}`, effect);
      // A set that is written whole.
      for (const [, list] of text.matchAll(new RegExp(`^_?${set} := \\{([\\w.,\\s|]+)\\}`, 'gm')))
        for (const one of list.split(/[\s,|]+/).filter(Boolean))
          effects.set(one.includes('.') ? one : `${name}.${one}`, effect);
    }
  }
  return effects;
}

const SETS = { denials: 'deny', violations: 'deny', reviews: 'review', grants: 'allow', notices: 'notice' };

function named(text, code, name, rule) {
  return [...new Set([code, `${name}.${rule}`])].reduce((sum, word) => sum + count(text, word), 0);
}

function count(text, word) {
  return text.match(new RegExp(`(?<![\\w.])${word.replaceAll('.', '\\.')}(?![\\w.])`, 'g'))?.length ?? 0;
}

function casesIn(document) {
  if (document === null || typeof document !== 'object') return 0;
  const rows = Object.keys(document.matrix?.rows ?? {}).length * Object.keys(document.matrix?.callers ?? {}).length;
  return (document.cases?.length ?? 0) + rows;
}

const EXAMPLES = 5;

// A few of the words that a row looks for, so that people see what it is about.
function examplesOf({ phrases, objects, verbs }, lexicons) {
  const list = lexicons[phrases ?? objects ?? ''] ?? [];
  const some = list.filter((_, i) => i % Math.max(1, Math.floor(list.length / EXAMPLES)) === 0).slice(0, EXAMPLES);
  const begin = verbs ? lexicons[verbs] : null;
  return some.map((word, i) => (begin ? `${begin[(i * 7) % begin.length]} … ${word}` : word));
}

// What a tenant may set, with the description of its schema where it has one.
function configFields() {
  const schema = JSON.parse(readFileSync(join(root, 'schemas/tenant-config.json'), 'utf8'));
  return Object.entries(schema.properties).flatMap(([section, { properties = {} }]) =>
    Object.entries(properties).map(([name, { description = null }]) => ({ field: `/${section}/${name}`, description })),
  );
}

function files(folder, extension) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(root, folder, name), 'utf8') }));
}

function sentence(text) {
  return text?.trim().replaceAll('\n', ' ') || null;
}

function by(key) {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
