import { Hono } from 'hono';
import type { ContactRequest } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { contactOf, setContact } from '../notify/contact.ts';
import { actorOf } from '../tenants/tokens.ts';
import { readJson } from './body.ts';
import { type Deps, asCaller } from './context.ts';

const parseContact = parser<ContactRequest>('contact-request.json');

/** How a person is told: one's own only. */
export function contactRoutes(deps: Deps): Hono {
  return new Hono()
    .get('/', async (context) =>
      context.json(await asCaller(deps, context, 'contact.read', (tx, caller) => contactOf(tx, caller.id))),
    )
    .put('/', async (context) => {
      const request = parseContact(await readJson(context));
      return context.json(
        await asCaller(deps, context, 'contact.write', (tx, caller) =>
          setContact(tx, actorOf(caller), caller.id, request),
        ),
      );
    });
}
