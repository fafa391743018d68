// Writes src/contract/types.ts from schemas/*.json; `--check` only compares and exits 1 on a difference.
//
// Every schema is compiled by itself with each $ref replaced by the name of the type it points at. Letting the compiler
// follow the references instead inlines the shared shapes once per file, under made-up names (Reason1, Reason2).
import { readFile, readdir } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';
import { golden } from './golden.mjs';

const schemasDir = new URL('../schemas/', import.meta.url);

const schemas = await readSchemas();
const named = collectNamed();
const parts = [];
for (const [name, { file, schema }] of named) parts.push(await compileOne(name, file, schema));
const banner = '// Generated from schemas/ by `npm run types:build`; do not edit.';
await golden('src/contract/types.ts', `${banner}\n\n${parts.join('\n')}`, 'npm run types:build');

async function readSchemas() {
  const files = (await readdir(schemasDir)).filter((file) => file.endsWith('.json')).sort();
  const read = async (file) => [file, JSON.parse(await readFile(new URL(file, schemasDir), 'utf8'))];
  return new Map(await Promise.all(files.map(read)));
}

/** Type name → schema: each file by its title, each of its $defs by its key. A file of nothing but $defs has no type. */
function collectNamed() {
  const types = new Map();
  const add = (name, file, schema) => {
    if (types.has(name)) throw new Error(`two schemas are called ${name}: ${types.get(name).file} and ${file}`);
    types.set(name, { file, schema });
  };
  for (const [file, { $defs, ...schema }] of schemas) {
    for (const [key, definition] of Object.entries($defs ?? {})) add(pascal(key), file, definition);
    if (isShape(schema)) add(titleOf(file), file, schema);
  }
  return types;
}

function isShape(schema) {
  return ['type', 'properties', 'enum', 'const', 'oneOf', 'anyOf', 'allOf', '$ref'].some(
    (keyword) => keyword in schema,
  );
}

async function compileOne(name, file, schema) {
  const { $schema, $id, title, ...shape } = schema;
  const text = await compile(withNames(file, shape), name, {
    bannerComment: '',
    format: false,
    ignoreMinAndMaxItems: true,
    unknownAny: true,
  });
  const names = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map((match) => match[1]);
  if (names.length !== 1 || names[0] !== name) throw new Error(`${file}: ${name} compiled to ${names.join(', ')}`);
  return text;
}

/** The schema with each $ref replaced by the type's name. Conditions say nothing that TypeScript could, so they go. */
function withNames(file, node) {
  if (Array.isArray(node)) return node.map((item) => withNames(file, item));
  if (node === null || typeof node !== 'object') return node;
  if (typeof node.$ref === 'string') {
    const note = node.description ? { description: node.description } : {};
    return { ...note, tsType: typeOf(file, node.$ref) };
  }
  const kept = Object.entries(node).filter(([key]) => !['if', 'then', 'else', 'not', '$defs'].includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) =>
      // Beneath `properties` keys are names, so that a property called `if` stays.
      key === 'properties'
        ? [key, Object.fromEntries(Object.entries(value).map(([name, property]) => [name, withNames(file, property)]))]
        : [key, withNames(file, value)],
    ),
  );
}

/** `common.json#/$defs/id` → `Id`; `plan.json` → `Plan`; `plan.json#/properties/lines/items` → `Plan['lines'][number]`. */
function typeOf(file, ref) {
  const [target, pointer = ''] = ref.split('#');
  const targetFile = target === '' ? file : target;
  if (!schemas.has(targetFile)) throw new Error(`${file}: ${ref} points at no schema`);
  let path = pointer.split('/').slice(1);
  let node = schemas.get(targetFile);
  let type = path[0] === '$defs' ? pascal(path[1]) : titleOf(targetFile);
  if (path[0] === '$defs') [node, path] = [node.$defs?.[path[1]], path.slice(2)];
  while (path.length > 0 && node !== undefined) {
    const [keyword, key] = path;
    if (keyword === 'properties') {
      const optional = !node.required?.includes(key);
      [node, path] = [node.properties?.[key], path.slice(2)];
      type = optional ? `NonNullable<${type}['${key}']>` : `${type}['${key}']`;
    } else if (keyword === 'items') {
      [node, path] = [node.items, path.slice(1)];
      type = `${type}[number]`;
    } else throw new Error(`${file}: ${ref} goes through "${keyword}", which has no name in TypeScript`);
  }
  if (node === undefined) throw new Error(`${file}: ${ref} points at nothing`);
  return type;
}

function titleOf(file) {
  const { title } = schemas.get(file);
  if (!/^[A-Z][A-Za-z0-9]*$/.test(title ?? '')) throw new Error(`${file}: the title must be the name of its type`);
  return title;
}

function pascal(key) {
  return key
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
