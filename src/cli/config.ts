import type { Command } from 'commander';
import type { TenantConfig } from '../contract/types.ts';
import { loadPolicy } from '../policy/policy.ts';
import { BUNDLE } from '../service.ts';
import { parseConfigFile } from './config-file.ts';
import { EXIT, type ExitCode, type Io, print, printJson } from './io.ts';

interface Violation {
  field: string;
  code: string;
  message: string;
  value?: unknown;
  ceiling?: unknown;
}

export function addConfigCommands(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('config')
    .description("A tenant's configuration")
    .command('check')
    .description('say what the service would refuse in a configuration, without a service or database')
    .argument('<file>', 'YAML or JSON')
    .option('--json', 'print JSON')
    .action(async (file: string, options: { json?: true }) => {
      const violations = await checkConfig(file);
      if (options.json) printJson(io, { file, effect: violations.length === 0 ? 'allow' : 'deny', violations });
      else if (violations.length === 0) print(io, `${file}: within the ceilings`);
      else for (const one of violations) print(io, describe(one));
      end(violations.length === 0 ? EXIT.ok : EXIT.failed);
    });
}

async function checkConfig(file: string): Promise<Violation[]> {
  const { value, errors } = await parseConfigFile(file);
  if (errors.length > 0) return errors.map((error) => ({ ...error, value: at(value, error.field) }));
  return (await loadPolicy(BUNDLE)).config({ config: value as TenantConfig }).violations;
}

function describe({ field, value, ceiling, message, code }: Violation): string {
  const found = value === undefined ? 'absent' : JSON.stringify(value);
  const limit = ceiling === undefined ? '' : `, ceiling ${JSON.stringify(ceiling)}`;
  return `${field || '/'}: ${found}${limit}: ${message} (${code})`;
}

/** What stands at a JSON pointer. */
function at(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | null | undefined)?.[key], value);
}
