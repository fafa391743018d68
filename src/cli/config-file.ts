import { readFile } from 'node:fs/promises';
import type { FieldError } from '../contract/problem.ts';
import type { TenantConfig } from '../contract/types.ts';
import { checker } from '../contract/validate.ts';
import { parseYaml } from '../contract/yaml.ts';
import { CommandError } from './io.ts';

/** A configuration file, YAML or JSON (which YAML includes), and what is wrong with its shape. */
export async function parseConfigFile(file: string): Promise<{ value: unknown; errors: FieldError[] }> {
  const text = await readFile(file, 'utf8');
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    throw new CommandError(`${file} is not YAML: ${(error as Error).message}`);
  }
  return { value, errors: checkShape(value) };
}

/** @throws CommandError that names each field of another shape */
export async function readConfigFile(file: string): Promise<TenantConfig> {
  const { value, errors } = await parseConfigFile(file);
  if (errors.length > 0)
    throw new CommandError([`${file}:`, ...errors.map((one) => `${one.field || '/'} ${one.message}`)].join('\n  '));
  return value as TenantConfig;
}

const checkShape = checker('tenant-config.json');
