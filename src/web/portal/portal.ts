import { Hono } from 'hono';
import type { Deps } from '../context.ts';
import { followEvents } from '../pages/events.tsx';
import type { Site } from '../site-settings.ts';
import { homePage } from './home.tsx';
import { endMandate, giveMandate, mandatesPage } from './mandates.tsx';
import { answerRequest, commentOnRequest, showRequest } from './request.tsx';
import { saveContact, settingsPage } from './settings.tsx';
import { visitPortal } from './visit-portal.ts';

/** The client portal: pages of their own for people who are not of the agency, on the same commands. */
export function portalPages(deps: Deps, site: Site): Hono {
  return new Hono()
    .get('/', (context) => homePage(deps, site, context))
    .get('/events', (context) =>
      followEvents(deps, site, context, async () => {
        const { visitor } = await visitPortal(deps, site, context, 'event.read', () => null);
        return { visitor, places: [visitor] };
      }),
    )
    .get('/requests/:number', (context) => showRequest(deps, site, context))
    .post('/requests/:number/answers', (context) => answerRequest(deps, site, context))
    .post('/requests/:number/comments', (context) => commentOnRequest(deps, site, context))
    .get('/mandates', (context) => mandatesPage(deps, site, context))
    .post('/mandates', (context) => giveMandate(deps, site, context))
    .post('/mandates/:id/end', (context) => endMandate(deps, site, context))
    .get('/settings', (context) => settingsPage(deps, site, context))
    .post('/settings', (context) => saveContact(deps, site, context));
}
