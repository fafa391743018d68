import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { listRedFlags } from '../../tickets/queries.ts';
import type { RedFlagRow } from '../../tickets/red-flags.ts';
import type { Deps } from '../context.ts';
import { type Place, type Visitor, everywhere, inside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';

export type Theme = 'light' | 'dark' | 'auto';

/** What every page shows around its content. */
export interface Frame {
  visitor: Visitor | null;
  /** Where the visitor's sign-in lets them in, this tenant first. */
  places: Place[];
  /** Of all those that are the visitor's as one of the agency. */
  flags: RedFlagRow[];
  flagCount: number;
  theme: Theme;
  /** This page, to come back to. */
  path: string;
  now: Date;
  assets: Site['assets'];
  systemOpsUrl: string | null;
}

/** The path of a page, of a tenant that need not be the one whose page links there. */
export function inTenant({ visitor }: Pick<Frame, 'visitor'>, tenant: string, path: string): string {
  return tenant === visitor?.tenant ? path : `${path}${path.includes('?') ? '&' : '?'}tenant=${tenant}`;
}

/** Flags that are spelt out above a page; the others are counted, and a click away. */
const FLAGS_SHOWN = 5;

export async function frameOf(deps: Deps, site: Site, context: Context, visitor: Visitor | null): Promise<Frame> {
  const now = deps.clock();
  const places = visitor ? await everywhere(deps, visitor, 'ticket.list') : [];
  const { flags, count } = await listRedFlags(deps.sql, inside(places), now, FLAGS_SHOWN);
  const url = new URL(context.req.url);
  const theme = getCookie(context, 'placet_theme');
  return {
    visitor,
    places,
    flags,
    flagCount: count,
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    path: context.req.method === 'GET' ? url.pathname + url.search : url.pathname,
    now,
    assets: site.assets,
    systemOpsUrl: site.systemOpsUrl,
  };
}
