import { type Context, Hono } from 'hono';
import type { Tx } from '../audit/view.ts';
import type { AbsenceRequest } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { endAbsence, personView, setAbsence } from '../tenants/absence.ts';
import { listPeople } from '../tenants/store.ts';
import type { PersonRow } from '../tenants/people.ts';
import type { Caller } from '../tenants/tokens.ts';
import { recheckCoverage } from '../tickets/recheck.ts';
import { queryNumber, readJson } from './body.ts';
import { type Deps, asCaller, whoAsks } from './context.ts';

const parseAbsence = parser<AbsenceRequest>('absence-request.json');
const PAGE_MAX = 100;

/** The people of a tenant, and who is away. */
export function peopleRoutes(deps: Deps): Hono {
  return new Hono()
    .get('/', async (context) => {
      const limit = queryNumber(context, 'limit', 1, PAGE_MAX) ?? 50;
      const { tenant } = await whoAsks(deps, context, 'people.read');
      const people = await listPeople(deps.sql, tenant, context.req.query('after') ?? null, limit);
      const now = deps.clock().toISOString();
      return context.json({
        people: people.map((person) => personView(person, now)),
        next_after: people.length === limit ? people.at(-1)!.person_id : null,
      });
    })
    .put('/:id/absence', async (context) => {
      const request = parseAbsence(await readJson(context));
      return changed(deps, context, (tx, caller) => setAbsence(tx, caller, context.req.param('id'), request));
    })
    .delete('/:id/absence', (context) =>
      changed(deps, context, (tx, caller) => endAbsence(tx, caller, context.req.param('id'))),
    );
}

async function changed(
  deps: Deps,
  context: Context,
  command: (tx: Tx, caller: Caller) => PersonRow,
): Promise<Response> {
  const { tenant, person } = await asCaller(deps, context, 'people.absence', (tx, caller) => ({
    tenant: tx.log,
    person: command(tx, caller),
  }));
  await lookAgain(deps, tenant);
  return context.json(personView(person, deps.clock().toISOString()));
}

/** Tickets that wait are looked at again at once when who can act has changed; should that fail, the sweep does it. */
export async function lookAgain({ sql, ledger, policy, clock, log }: Deps, tenant: string): Promise<void> {
  await recheckCoverage(sql, ledger, policy, clock, tenant).catch((err: unknown) =>
    log.warn({ err }, 'tickets will be looked at again later'),
  );
}
