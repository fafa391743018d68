import { z } from 'zod';

const url = z.string().refine((text) => URL.canParse(text), 'must be a URL');

const schema = z.object({
  PORT: z.coerce.number('must be a port number').int().min(0).max(65535).default(8080),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Absent: the embedded PostgreSQL in PLACET_DATA_DIR. */
  DATABASE_URL: url
    .refine((text) => /^postgres(ql)?:\/\//.test(text), 'must start with postgres:// or postgresql://')
    .optional(),
  PLACET_DATA_DIR: z.string().min(1).default('.placet'),
  /** How clients reach the service, where that is not http://HOST:PORT. */
  PLACET_PUBLIC_URL: url.refine((text) => /^https?:\/\//.test(text), 'must start with http:// or https://').optional(),
  /** Signs sessions, seals secrets. Absent: a key in PLACET_DATA_DIR. Nodes that share a database need the same one. */
  PLACET_SECRET_KEY: z.string().min(32, 'must be 32 random characters or more').max(512).optional(),
  /** Where webhooks may go: `public`, host names and networks, separated by commas. Absent: by https to public addresses. */
  PLACET_WEBHOOK_ALLOW: z.string().min(1).optional(),
  /** Where mail is handed over: `smtp://user:password@host:587`. Absent: people get no mail. */
  PLACET_SMTP_URL: url.refine((text) => /^smtps?:\/\//.test(text), 'must start with smtp:// or smtps://').optional(),
  /** Whom mail is from: `Placet <placet@agency.example>`. */
  PLACET_MAIL_FROM: z
    .string()
    .max(200)
    .regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/, 'must be an address, such as Placet <placet@agency.example>')
    .default('Placet <placet@localhost>'),
  /** A demo agency is made on a database that has no tenant yet. */
  PLACET_DEMO: z.enum(['on', 'off']).default('on'),
  /** Where people sign in (OpenID Connect). Absent: by one-time links that the start prints. */
  PLACET_OIDC_ISSUER: url.optional(),
  PLACET_OIDC_CLIENT_ID: z.string().min(1).max(512).optional(),
  PLACET_OIDC_CLIENT_SECRET: z.string().min(1).max(2048).optional(),
  /** YAML file: which claim values give which roles in which tenant. */
  PLACET_OIDC_MAPPING: z.string().min(1).optional(),
  /** The System Ops Dashboard: red flags link to `<url>/runs/<run_id>`, or to the URL itself with `{run_id}` filled in. */
  PLACET_SYSTEM_OPS_URL: url.optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
});

export type Env = z.infer<typeof schema>;

/** An environment variable that the service cannot work with. The message names each one, and never shows a value. */
export class EnvError extends Error {
  override name = 'EnvError';
}

/**
 * The service's settings out of environment variables, with defaults. An empty variable counts as absent, as `FOO= npm start` means it.
 * Throws EnvError naming every variable that is wrong.
 */
export function readEnv(variables: Record<string, string | undefined>): Env {
  const set = Object.entries(variables).filter(([, value]) => value !== undefined && value !== '');
  const parsed = schema.safeParse(Object.fromEntries(set));
  if (parsed.success) return parsed.data;
  throw new EnvError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
}
