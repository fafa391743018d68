import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { Principal } from '../contract/types.ts';
import { checker } from '../contract/validate.ts';
import { setContact } from '../notify/contact.ts';
import { OPERATOR_ACTOR, createToken, revokeToken } from '../tenants/tokens.ts';
import type { Core } from '../service.ts';
import { recheckCoverage } from '../tickets/recheck.ts';
import { withCore, withSql } from './database.ts';
import { type Io, UsageError, note, print, printJson, printTable } from './io.ts';
import { listTokens } from './queries.ts';
import { tenantId } from './tenant.ts';

export function addTokenCommands(program: Command, io: Io): void {
  const token = program.command('token').description('Bearer tokens of agents, services and people');

  token
    .command('create')
    .description('print a new token, once: only its hash is kept')
    .requiredOption('--tenant <id>')
    .requiredOption('--subject <id>', 'who it stands for, such as agent:planner-1 or mona@agency.example')
    .requiredOption('--kind <kind>', 'agent, service or human')
    .option('--roles <roles>', 'of planner, operator, admin, legal, client, auditor; separated by commas')
    .option('--expires <when>', 'such as 90d, 12h or an ISO 8601 time (without: never)')
    .option('--email <address>', 'of a human: where notifications go')
    .option('--json', 'print JSON')
    .action(async (options: CreateOptions) => {
      const tenant = tenantId(options.tenant);
      const principal = readPrincipal(options);
      const expiresAt = options.expires === undefined ? null : readExpiry(options.expires, io.now());
      const email = readEmail(options, principal);
      const tokenId = randomBytes(9).toString('hex');
      const secret = randomBytes(32).toString('base64url');
      const text = await withCore(io, async (core) => {
        const created = await core.ledger.submit(tenant, (tx) => {
          const token = createToken(tx, OPERATOR_ACTOR, { tokenId, secret, principal, expiresAt });
          if (email !== null) setContact(tx, OPERATOR_ACTOR, principal.id, { email });
          return token;
        });
        await lookAtTickets(io, core, tenant);
        return created;
      });
      if (options.json)
        return printJson(io, { tenant, token_id: tokenId, ...principal, expires_at: expiresAt, token: text });
      print(io, text);
      note(io, `Token ${tokenId} of ${principal.kind} ${principal.id}, ${until(expiresAt)}. It is not shown again.`);
    });

  token
    .command('list')
    .description('tokens of a tenant, without their secrets')
    .requiredOption('--tenant <id>')
    .option('--json', 'print JSON')
    .action(async (options: { tenant: string; json?: true }) => {
      const tokens = await withSql(io, (sql) => listTokens(sql, tenantId(options.tenant)));
      if (options.json) return printJson(io, { tokens });
      const columns = ['token_id', 'subject_id', 'kind', 'roles', 'created_at', 'expires_at', 'revoked_at'];
      printTable(io, columns, tokens as unknown as Record<string, unknown>[]);
    });

  token
    .command('revoke')
    .description('end a token at once, on every node')
    .requiredOption('--tenant <id>')
    .argument('<token-id>')
    .option('--json', 'print JSON')
    .action(async (tokenId: string, options: { tenant: string; json?: true }) => {
      const tenant = tenantId(options.tenant);
      await withCore(io, async (core) => {
        await core.ledger.submit(tenant, (tx) => revokeToken(tx, OPERATOR_ACTOR, tokenId));
        await lookAtTickets(io, core, tenant);
      });
      if (options.json) printJson(io, { tenant, token_id: tokenId, revoked: true });
      else note(io, `Token ${tokenId} is revoked.`);
    });
}

/** Is there somebody now, or nobody any more, for the tickets that wait? The token stands whatever comes of it. */
async function lookAtTickets(io: Io, { sql, ledger, policy }: Core, tenant: string): Promise<void> {
  await recheckCoverage(sql, ledger, policy, io.now, tenant).catch((error: unknown) =>
    note(io, `Waiting tickets are looked at again by the service, since they could not be now: ${String(error)}`),
  );
}

interface CreateOptions {
  tenant: string;
  subject: string;
  kind: string;
  roles?: string;
  expires?: string;
  email?: string;
  json?: true;
}

const checkPrincipal = checker('common.json#/$defs/principal');
const OPTION: Record<string, string> = { id: '--subject', kind: '--kind', roles: '--roles' };

function readPrincipal({ subject, kind, roles = '' }: CreateOptions): Principal {
  const principal = {
    kind,
    id: subject,
    roles: roles
      .split(',')
      .map((role) => role.trim())
      .filter((role) => role !== ''),
  };
  const wrong = checkPrincipal(principal)[0];
  if (wrong) throw new UsageError(`${OPTION[wrong.field.split('/')[1]!] ?? wrong.field}: ${wrong.message}`);
  return principal as Principal;
}

const checkContact = checker('contact-request.json');

function readEmail({ email }: CreateOptions, { kind }: Principal): string | null {
  if (email === undefined) return null;
  if (kind !== 'human') throw new UsageError('--email: only people get mail');
  const wrong = checkContact({ email })[0];
  if (wrong) throw new UsageError(`--email: ${wrong.message}`);
  return email;
}

const UNIT_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function readExpiry(text: string, now: Date): string {
  const span = /^([1-9][0-9]{0,5})([mhd])$/.exec(text);
  const at = span ? now.getTime() + Number(span[1]) * UNIT_MS[span[2]!]! : isoTime(text);
  if (Number.isNaN(at))
    throw new UsageError(`--expires ${JSON.stringify(text)}: use 90d, 12h, 30m or an ISO 8601 time`);
  if (at <= now.getTime()) throw new UsageError(`--expires ${text} is over already`);
  return new Date(at).toISOString();
}

/** Only forms that name a day, so that a bare number is no time. */
function isoTime(text: string): number {
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2}))?$/.test(text) ? Date.parse(text) : Number.NaN;
}

function until(expiresAt: string | null): string {
  return expiresAt === null ? 'without an end' : `until ${expiresAt}`;
}
