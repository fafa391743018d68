import { readFile } from 'node:fs/promises';
import type { Env } from '../env.ts';
import { deriveKey, readSecretKey } from '../secret-key.ts';
import { type Catalogue, loadCatalogue } from '../policy/catalogue.ts';
import { type Assets, loadAssets } from './assets.ts';
import { parseMapping } from './session/mapping.ts';
import { type Oidc, createOidc } from './session/oidc.ts';

/** What the pages need beside what the whole service does. */
export interface Site {
  keys: { session: Buffer; csrf: Buffer; link: Buffer; signIn: Buffer };
  /** Where browsers reach us; null: where the request says it came. */
  publicUrl: string | null;
  /** Cookies over https only. */
  secure: boolean;
  assets: Assets;
  /** The policy that ships, in words. */
  catalogue: Catalogue;
  /** Null: by one-time links. */
  oidc: Oidc | null;
  /** The System Ops Dashboard. */
  systemOpsUrl: string | null;
}

type Settings = Pick<
  Env,
  | 'PLACET_DATA_DIR'
  | 'PLACET_SECRET_KEY'
  | 'PLACET_PUBLIC_URL'
  | 'PLACET_OIDC_ISSUER'
  | 'PLACET_OIDC_CLIENT_ID'
  | 'PLACET_OIDC_CLIENT_SECRET'
  | 'PLACET_OIDC_MAPPING'
  | 'PLACET_SYSTEM_OPS_URL'
>;

/** @throws Error naming the variable that is missing or the file that is wrong */
export async function openSite(env: Settings): Promise<Site> {
  const secret = await readSecretKey(env);
  const publicUrl = env.PLACET_PUBLIC_URL ?? null;
  return {
    keys: {
      session: deriveKey(secret, 'session'),
      csrf: deriveKey(secret, 'csrf'),
      link: deriveKey(secret, 'link'),
      signIn: deriveKey(secret, 'sign-in'),
    },
    publicUrl,
    secure: publicUrl?.startsWith('https:') ?? false,
    assets: await loadAssets(),
    catalogue: await loadCatalogue(new URL('../../policies/bundle/', import.meta.url)),
    oidc: await openOidc(env),
    systemOpsUrl: env.PLACET_SYSTEM_OPS_URL?.replace(/\/$/, '') ?? null,
  };
}

async function openOidc(env: Settings): Promise<Oidc | null> {
  if (env.PLACET_OIDC_ISSUER === undefined) return null;
  for (const name of ['PLACET_OIDC_CLIENT_ID', 'PLACET_OIDC_MAPPING'] as const)
    if (env[name] === undefined) throw new Error(`${name}: must be set where PLACET_OIDC_ISSUER is`);
  const text = await readFile(env.PLACET_OIDC_MAPPING!, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`PLACET_OIDC_MAPPING: the file cannot be read (${error.code})`);
  });
  return createOidc({
    issuer: env.PLACET_OIDC_ISSUER,
    clientId: env.PLACET_OIDC_CLIENT_ID!,
    clientSecret: env.PLACET_OIDC_CLIENT_SECRET,
    mapping: parseMapping(text),
  });
}
