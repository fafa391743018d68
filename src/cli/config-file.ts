import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { FieldError } from '../contract/problem.ts';
import type { TenantConfig } from '../contract/types.ts';
import { checker } from '../contract/validate.ts';
import { CommandError } from './io.ts';

/** The specification's own configuration: every value at its ceiling, and the strictest compliance profile. */
export const STANDARD_CONFIG: TenantConfig = {
  approval_policy: {
    first_launch_requires_human: true,
    auto_approve_optimization_under_pct: 10,
    client_must_approve_budget_increase: true,
    vertical_compliance_profile: 'health_strict',
  },
  loop_policy: {
    qc_correction_max: 2,
    tool_rounds_max: 5,
    orchestrator_retry_max: 1,
    global_steps_per_run_id_max: 8,
    on_exhaustion: 'red_flag_a8',
  },
  cost_guard_policy: { trip_multiplier: 3, block_on_trip: true },
  qc_threshold_policy: { success_floor: 0.8, window_hours: 24, min_sample_global: 20 },
};

/** A configuration file, YAML or JSON (which YAML includes), and what is wrong with its shape. */
export async function parseConfigFile(file: string): Promise<{ value: unknown; errors: FieldError[] }> {
  const text = await readFile(file, 'utf8');
  let value: unknown;
  try {
    // The JSON data model only: no anchors that multiply, no tags that build.
    value = parse(text, { maxAliasCount: 0, schema: 'core', uniqueKeys: true, logLevel: 'error' }) ?? null;
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
