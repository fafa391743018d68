// Writes the tables of docs/policy.md from the policy's data and annotations. `--check` changes nothing and fails when they are stale.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { fail, findTool, root } from './policy-opa.mjs';

const page = join(root, 'docs/policy.md');

export async function currentDocs() {
  const text = readFileSync(page, 'utf8');
  const tables = {
    tickets: ticketTable(),
    actions: actionTable(),
    compliance: complianceTables(),
    ceilings: ceilingTable(),
    codes: codeTable(),
  };
  const written = Object.entries(tables).reduce((whole, [name, table]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
    if (from < 0 || to < 0) fail(`docs/policy.md has no ${begin} … ${end}.`);
    return `${whole.slice(0, from + begin.length)}\n\n${table}\n\n${whole.slice(to)}`;
  }, text);
  return format(written, { ...(await resolveConfig(page)), filepath: page });
}

export async function docsAreStale() {
  return (await currentDocs()) !== readFileSync(page, 'utf8');
}

function ticketTable() {
  const { types } = data('ticket');
  const { types: sla } = data('sla');
  const targets = (risk, { minutes, calendar }) =>
    `${minutes[risk]}${minutes.high === minutes[risk] ? '' : `, high risk ${minutes.high}`} (${calendar})`;
  const slot = ({ any_of, when }) => `${any_of.join(' or ')}${when ? ` (when ${when.join(' or ')})` : ''}`;
  const list = (items) => (items?.length ? items.join(', ') : '–');
  return rows(
    [
      'type',
      'title',
      'slots, all required',
      'veto',
      'stops, while open',
      'once approved',
      'SLA, working minutes',
      'permit, minutes',
    ],
    Object.entries(types).map(([type, row]) => [
      type,
      row.title,
      row.slots.map(slot).join(' + '),
      [list(row.veto), ...(row.objection ? [`${row.objection.join(', ')} (reject only)`] : [])].join('; '),
      row.blocks_actions.includes('*') ? 'every action' : list(row.blocks_actions),
      row.on_approved,
      targets(row.risk, sla[type]),
      row.permit_ttl_minutes,
    ]),
  );
}

function actionTable() {
  const { table } = data('action');
  return rows(
    ['action', 'resource', 'needs a record', 'answered by'],
    Object.entries(table).map(([name, row]) => [name, row.resource, row.fact ? 'yes' : 'no', `placet.${row.topic}`]),
  );
}

function complianceTables() {
  return Object.entries(data('compliance/profiles'))
    .map(([name, { title, includes, rows: list }]) => {
      const also = includes ? ` Includes the rows of ${includes.map((other) => `\`${other}\``).join(', ')}.` : '';
      const table = rows(
        ['code', 'looks for', 'severity', 'platforms', 'source'],
        list.map((row) => [
          `compliance.${row.id}`,
          row.title,
          `${row.severity}${row.legal_flag && row.severity === 'review' ? ' + legal' : ''}`,
          row.platforms?.join(', ') ?? 'all',
          `${row.source.title}: ${row.source.citation}`,
        ]),
      );
      return `#### \`${name}\`\n\n${title}.${also}\n\n${table}`;
    })
    .join('\n\n');
}

function ceilingTable() {
  return rows(
    ['field', 'bound'],
    data('config').ceilings.map((row) => [
      row.field,
      'at_most' in row
        ? `at most ${row.at_most}`
        : 'at_least' in row
          ? `at least ${row.at_least}`
          : `only ${row.exactly}`,
    ]),
  );
}

function codeTable() {
  const { stdout, status, stderr } = spawnSync(
    findTool('opa'),
    ['inspect', '--annotations', '--format', 'json', 'policies/rego'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 27 },
  );
  if (status !== 0) fail(stderr);
  const codes = JSON.parse(stdout)
    .annotations.filter(({ annotations }) => annotations.custom?.code)
    .map(({ annotations: { custom, title, description = '' } }) => [
      custom.code,
      title,
      description.trim().replaceAll('\n', ' '),
    ]);
  return rows(
    ['code', 'means', 'because'],
    codes.sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function data(folder) {
  return parse(readFileSync(join(root, 'policies/rego/placet', folder, 'data.yaml'), 'utf8'));
}

function rows(head, body) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--check')) {
    if (await docsAreStale()) fail('docs/policy.md is stale: run node scripts/policy-docs.mjs.');
    console.log('docs/policy.md is current');
  } else {
    writeFileSync(page, await currentDocs());
    console.log('wrote docs/policy.md');
  }
}
