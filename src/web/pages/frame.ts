import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { listRedFlags } from '../../tickets/queries.ts';
import type { RedFlagRow } from '../../tickets/red-flags.ts';
import type { Deps } from '../context.ts';
import type { Visitor } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';

export type Theme = 'light' | 'dark' | 'auto';

/** What every page shows around its content. */
export interface Frame {
  visitor: Visitor | null;
  flags: RedFlagRow[];
  flagCount: number;
  theme: Theme;
  /** This page, to come back to. */
  path: string;
  now: Date;
  assets: Site['assets'];
  systemOpsUrl: string | null;
}

/** Flags that are spelt out above a page; the others are counted, and a click away. */
const FLAGS_SHOWN = 5;

export async function frameOf(deps: Deps, site: Site, context: Context, visitor: Visitor | null): Promise<Frame> {
  const now = deps.clock();
  const { flags, count } = visitor
    ? await listRedFlags(deps.sql, visitor.tenant, visitor.caller, now, FLAGS_SHOWN)
    : { flags: [], count: 0 };
  const url = new URL(context.req.url);
  const theme = getCookie(context, 'placet_theme');
  return {
    visitor,
    flags,
    flagCount: count,
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    path: context.req.method === 'GET' ? url.pathname + url.search : url.pathname,
    now,
    assets: site.assets,
    systemOpsUrl: site.systemOpsUrl,
  };
}
