import { Hono } from 'hono';
import { stringify } from 'yaml';
import { Problem, invalid } from '../contract/problem.ts';
import type { TenantConfig } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { parseYaml } from '../contract/yaml.ts';
import { currentTenant, replaceConfig } from '../tenants/tenants.ts';
import { parseJson, readText, requireType } from './body.ts';
import { actorOf } from '../tenants/tokens.ts';
import { type Deps, asCaller, whoAsks } from './context.ts';

const parseConfig = parser<TenantConfig>('tenant-config.json');
const YAML = 'application/yaml';
/** Twenty times a configuration. Beyond that the parser's time grows with the square: 64 KiB of quotes hold the process for a second. */
const YAML_CHARACTERS_MAX = 16_384;

/** The tenant's own configuration, in the specification's shape, as JSON or YAML (RFC 9512). */
export function tenantRoutes(deps: Deps): Hono {
  return new Hono()
    .get('/config', async (context) => {
      const { version, config } = await asCaller(deps, context, 'config.read', (tx) => currentTenant(tx).config);
      context.header('etag', `"${version}"`);
      if (context.req.header('accept')?.includes('yaml'))
        return context.body(stringify(config), 200, { 'content-type': YAML });
      return context.json(config);
    })
    .put('/config', async (context) => {
      const type = requireType(context, ['application/json', YAML, 'application/x-yaml', 'text/yaml']);
      const text = await readText(context);
      // Parsing YAML is dear enough to ask first who wants it.
      await whoAsks(deps, context, 'config.write');
      const config = parseConfig(type === 'application/json' ? parseJson(text) : parseYamlBody(text));
      const expected = expectedVersion(context.req.header('if-match'));
      const row = await asCaller(deps, context, 'config.write', (tx, caller) =>
        replaceConfig(tx, deps.policy, actorOf(caller), config, expected),
      );
      context.header('etag', `"${row.version}"`);
      return context.json({ version: row.version, config: row.config });
    });
}

/** YAML of bounded length and depth. */
function parseYamlBody(text: string): unknown {
  if (text.length > YAML_CHARACTERS_MAX)
    throw new Problem(413, 'body.too_large', `The body is longer than ${YAML_CHARACTERS_MAX} characters of YAML.`);
  try {
    return parseJson(JSON.stringify(parseYaml(text)));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(400, 'body.not_yaml', `The body is not YAML: ${(error as Error).message.slice(0, 200)}`);
  }
}

/** The version that `If-Match` names; null when it names none. */
export function expectedVersion(header: string | undefined): number | null {
  if (header === undefined || header === '*') return null;
  const match = /^"([0-9]{1,15})"$/.exec(header);
  if (!match)
    throw invalid([{ field: 'If-Match', code: 'header.pattern', message: 'must be the ETag of the configuration' }]);
  return Number(match[1]);
}
