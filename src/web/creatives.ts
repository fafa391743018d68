import type { Hono } from 'hono';
import type { Creative } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { registerCreative } from '../plans/creatives.ts';
import { creativeTable } from '../plans/tables.ts';
import { actorOf } from '../tenants/tokens.ts';
import { readJson } from './body.ts';
import { type Deps, asCaller } from './context.ts';
import { heldRoutes } from './held.ts';

const parseCreative = parser<Creative>('creative.json');

/** Creatives: posting one again with other content replaces it, and its clearance ends. */
export function creativeRoutes(deps: Deps): Hono {
  return heldRoutes(deps, creativeTable, 'creative').post('/', async (context) => {
    const creative = parseCreative(await readJson(context));
    const row = await asCaller(deps, context, 'creative.write', (tx, caller) =>
      registerCreative(tx, actorOf(caller), creative),
    );
    return context.json(row, 201);
  });
}
