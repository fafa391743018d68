import type { Context } from 'hono';
import { Problem } from '../../contract/problem.ts';
import type { Contact, TenantConfig } from '../../contract/types.ts';
import { contactOf } from '../../notify/contact.ts';
import { currentTenant } from '../../tenants/tenants.ts';
import { CONTACT_WRONG, type ContactField, DIGESTS, ZONES, readContact, wrongField } from '../contact-form-data.ts';
import type { Deps } from '../context.ts';
import { Word } from '../pages/components/text.tsx';
import { inTenant } from '../pages/frame.ts';
import { Csrf } from '../pages/layout.tsx';
import { readOwnForm } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { PortalLayout, Told } from './layout.tsx';
import { type PortalFrame, visitPortal } from './visit-portal.ts';

interface Wrong {
  field: ContactField;
  written: URLSearchParams;
}

/** How the client is told, how pages look, and the way out. */
export async function settingsPage(deps: Deps, site: Site, context: Context, wrong?: Wrong): Promise<Response> {
  const { frame, result } = await visitPortal(deps, site, context, 'contact.read', (tx, caller) => ({
    contact: contactOf(tx, caller.id),
    config: currentTenant(tx).config.config,
  }));
  const { contact, config } = result;
  return context.html(
    <PortalLayout frame={frame} title="Settings" page="Settings">
      {context.req.query('done') === 'saved' && <Told tone="good" title="Saved." />}
      <h1>Settings</h1>
      <ContactForm contact={contact} frame={frame} wrong={wrong} />
      <Asked config={config} />
      <Looks frame={frame} />
      <Ways frame={frame} />
    </PortalLayout>,
    wrong ? 400 : 200,
  );
}

export async function saveContact(deps: Deps, site: Site, context: Context): Promise<Response> {
  const form = await readOwnForm(deps, site, context);
  try {
    await visitPortal(deps, site, context, 'contact.write', readContact(form));
  } catch (error) {
    const field = error instanceof Problem && error.status === 400 ? wrongField(error) : undefined;
    if (field === undefined) throw error;
    return settingsPage(deps, site, context, { field, written: form });
  }
  return context.redirect('/portal/settings?done=saved', 303);
}

function ContactForm({ contact, frame, wrong }: { contact: Contact; frame: PortalFrame; wrong: Wrong | undefined }) {
  const value = (field: Wrong['field']) => wrong?.written.get(field) ?? contact[field] ?? '';
  const mailed = contact.types === null || contact.types.length > 0;
  return (
    <section class="part">
      <h2>How we reach you</h2>
      {wrong && <Told tone="bad" title={CONTACT_WRONG[wrong.field]} />}
      <form class="give" method="post" action="/portal/settings">
        <Csrf frame={frame} />
        <label class="field" for="name">
          <span>Your name</span>
        </label>
        <input id="name" name="name" type="text" maxlength={200} required autocomplete="name" value={value('name')} />
        <label class="field" for="email">
          <span>Mail address</span>
          <small class="muted" id="email-hint">
            Empty: no mail.
          </small>
        </label>
        <input
          id="email"
          name="email"
          type="email"
          maxlength={254}
          autocomplete="email"
          value={value('email')}
          aria-describedby="email-hint"
          aria-invalid={wrong?.field === 'email' ? 'true' : undefined}
        />
        <label class="field" for="time_zone">
          <span>Time zone</span>
          <small class="muted" id="zone-hint">
            Such as Europe/Berlin. Empty: that of your browser.
          </small>
        </label>
        <input
          id="time_zone"
          name="time_zone"
          type="text"
          maxlength={64}
          list="zones"
          value={value('time_zone')}
          aria-describedby="zone-hint"
          aria-invalid={wrong?.field === 'time_zone' ? 'true' : undefined}
        />
        <datalist id="zones">
          {ZONES.map((zone) => (
            <option value={zone} />
          ))}
        </datalist>
        <fieldset>
          <legend>Mail me</legend>
          <label class="check">
            <input type="radio" name="mail" value="yes" checked={mailed} /> when something waits for me
          </label>
          <label class="check">
            <input type="radio" name="mail" value="no" checked={!mailed} /> never; I look here
          </label>
        </fieldset>
        <label class="field" for="digest">
          <span>What is not urgent</span>
        </label>
        <select id="digest" name="digest">
          {DIGESTS.map(([digest, says]) => (
            <option value={digest} selected={digest === contact.digest}>
              {says}
            </option>
          ))}
        </select>
        <button type="submit" class="primary big">
          Save
        </button>
      </form>
    </section>
  );
}

/** What the client agreed to be asked. */
function Asked({ config }: { config: TenantConfig }) {
  const { approval_policy, client_portal } = config;
  return (
    <section class="part">
      <h2>What you are asked about</h2>
      <ul class="plain">
        <li>
          {approval_policy.client_must_approve_budget_increase
            ? `Budgets that go up by ${approval_policy.auto_approve_optimization_under_pct} % or more, unless a standing permission of yours covers it.`
            : 'Not about budgets: your agency decides on them.'}
        </li>
        {client_portal?.approve_creative_themes && <li>New themes for your advertising.</li>}
        {client_portal?.reject_replans !== false && (
          <li>New versions of your plan: you see them before they count, and can object.</li>
        )}
      </ul>
      <p class="muted">Your agency set this up with you, and can change it.</p>
    </section>
  );
}

function Looks({ frame }: { frame: PortalFrame }) {
  return (
    <section class="part">
      <h2>Colours</h2>
      <form method="post" action="/session/theme" class="row-of-buttons">
        <Csrf frame={frame} back="/portal/settings" />
        {(
          [
            ['auto', 'As my device'],
            ['light', 'Light'],
            ['dark', 'Dark'],
          ] as const
        ).map(([theme, says]) => (
          <button type="submit" name="theme" value={theme} aria-pressed={theme === frame.theme ? 'true' : 'false'}>
            {says}
          </button>
        ))}
      </form>
    </section>
  );
}

function Ways({ frame }: { frame: PortalFrame }) {
  const others = frame.places.filter(({ tenant }) => tenant !== frame.visitor.tenant);
  return (
    <section class="part">
      <h2>Signing out</h2>
      {others.length > 0 && (
        <p>
          Your other accounts:{' '}
          {others.map(({ tenant, tenantName }, i) => (
            <>
              {i > 0 && ', '}
              <a href={inTenant(frame, tenant, '/')}>
                <Word>{tenantName}</Word>
              </a>
            </>
          ))}
        </p>
      )}
      <form method="post" action="/sign-out" class="row-of-buttons">
        <Csrf frame={frame} />
        <button type="submit" class="big">
          Sign out
        </button>
        <button type="submit" name="everywhere" value="yes">
          Sign out on every device
        </button>
      </form>
    </section>
  );
}
