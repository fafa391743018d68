import type { Command } from 'commander';
import { type Io, UsageError, note, printJson, printTable } from './io.ts';
import { createTenant } from '../tenants/tenants.ts';
import { OPERATOR_ACTOR } from '../tenants/tokens.ts';
import { STANDARD_CONFIG } from '../tenants/standard-config.ts';
import { readConfigFile } from './config-file.ts';
import { withCore, withSql } from './database.ts';
import { listTenants } from './queries.ts';

export function addTenantCommands(program: Command, io: Io): void {
  const tenant = program.command('tenant').description('Agencies and clients, each with a log of its own');

  tenant
    .command('create')
    .description('begin a tenant')
    .requiredOption('--tenant <id>', 'lower-case letters, digits and -; part of every token')
    .requiredOption('--name <name>', 'as people call it')
    .requiredOption('--vertical <vertical>', 'such as health, finance, alcohol, retail')
    .option('--config <file>', "configuration, YAML or JSON (without: the specification's own, under health_strict)")
    .option('--json', 'print JSON')
    .action(async (options: { tenant: string; name: string; vertical: string; config?: string; json?: true }) => {
      const id = tenantId(options.tenant);
      const { name, vertical } = options;
      if (name.length > NAME_MAX || vertical.length > NAME_MAX || !name || !vertical)
        throw new UsageError(`--name and --vertical have 1 to ${NAME_MAX} characters`);
      const config = options.config === undefined ? STANDARD_CONFIG : await readConfigFile(options.config);
      await withCore(
        io,
        ({ ledger, policy }) =>
          ledger.submit(id, (tx) => createTenant(tx, policy, OPERATOR_ACTOR, { name, vertical, config })),
        { create: true },
      );
      if (options.json) printJson(io, { tenant_id: id, name, vertical, config_version: 1, config });
      else note(io, `Tenant ${id} is there. Next: placet token create --tenant ${id} --subject … --kind …`);
    });

  tenant
    .command('list')
    .description('all tenants of this database')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const tenants = await withSql(io, listTenants);
      if (options.json) printJson(io, { tenants });
      else
        printTable(
          io,
          ['tenant_id', 'name', 'vertical', 'config_version', 'plan_version_approved', 'created_at'],
          rows(tenants),
        );
    });
}

/** A tenant's id. It stands in tokens between dots, and names the log. */
export function tenantId(text: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(text))
    throw new UsageError(`--tenant ${JSON.stringify(text)}: use 1 to 63 lower-case letters, digits and -`);
  return text;
}

const NAME_MAX = 200;

function rows(list: object[]): Record<string, unknown>[] {
  return list as Record<string, unknown>[];
}
