import type { Child } from 'hono/jsx';
import { Icon } from '../pages/components/icon.tsx';
import { Notice } from '../pages/components/states.tsx';
import { Word } from '../pages/components/text.tsx';
import type { Frame } from '../pages/frame.ts';
import { Brand, Layout } from '../pages/layout.tsx';
import { PortalLayout, Told } from '../portal/layout.tsx';
import type { Look } from './look.ts';

/** Why someone is here who was signed in, or meant to be; by its name in the URL, of which no text is ever shown. */
export type Why = keyof typeof WHY;

const WHY = {
  out: { tone: 'good', says: { agency: 'You are signed out.', portal: 'You are signed out.' } },
  idle: {
    tone: 'wait',
    says: {
      agency: 'You were signed out after an hour without a click. Sign in to go on where you were.',
      portal: 'You were away for a while, so you were signed out. Sign in to go on where you were.',
    },
  },
  over: {
    tone: 'wait',
    says: {
      agency: 'Your session is over: it lasts half a day. Sign in to go on where you were.',
      portal: 'You were signed in for half a day, which is as long as it goes. Sign in to go on where you were.',
    },
  },
  ended: {
    tone: 'wait',
    says: {
      agency: 'This session was ended elsewhere: in another browser, or by an admin.',
      portal: 'You were signed out from another device.',
    },
  },
  inactive: {
    tone: 'bad',
    says: {
      agency: 'You may not act here any more. Ask an admin.',
      portal: 'You have no access here any more. Please ask your agency.',
    },
  },
  link_old: {
    tone: 'bad',
    says: {
      agency: 'This link is too old: it is good for half an hour. Ask for a new one.',
      portal: 'This link is too old: it is good for half an hour. Please ask your agency for a new one.',
    },
  },
  link_used: {
    tone: 'bad',
    says: {
      agency: 'This link was used already. Each link opens one session.',
      portal: 'This link was used already, and each works once. Please ask your agency for a new one.',
    },
  },
} as const;

/** The reason of that name, if there is one. */
export function whyOf(name: string | undefined): Why | null {
  return name !== undefined && Object.hasOwn(WHY, name) ? (name as Why) : null;
}

interface SignIn {
  frame: Frame;
  look: Look;
  oidc: boolean;
  back: string;
  why: Why | null;
}

/** Where people sign in, and where they land when they signed out. Clients find it in the portal's look and words. */
export function SignInPage({ frame, look, oidc, back, why }: SignIn) {
  const way = `/sign-in/oidc?back=${encodeURIComponent(back)}`;
  if (look === 'portal')
    return (
      <Door frame={frame} why={why}>
        <h1>Sign in</h1>
        <p class="lead">See what your agency asks of you, and say yes or no.</p>
        {oidc ? (
          <p>
            <a class="button primary big" href={way}>
              Sign in
            </a>
          </p>
        ) : (
          <p>
            Open the sign-in link that your agency gave you. A link works once, for half an hour; ask your agency for a
            new one.
          </p>
        )}
      </Door>
    );
  return (
    <Layout frame={frame} title="Sign in">
      <article class="card sign-in">
        <Brand />
        <h1>Placet</h1>
        <p class="muted">May I proceed? Where people answer.</p>
        {why && <Notice tone={WHY[why].tone} title={WHY[why].says.agency} />}
        {oidc ? (
          <p class="actions">
            <a class="button primary" href={way}>
              <Icon name="key" />
              Sign in with your company account
            </a>
          </p>
        ) : (
          <div class="hint">
            <p>
              This service has no identity provider. The start printed a sign-in link for each person of the demo: open
              one of them.
            </p>
            <p class="muted">A link works once, for half an hour. Each start prints new ones.</p>
          </div>
        )}
      </article>
    </Layout>
  );
}

interface LinkFor {
  frame: Frame;
  look: Look;
  link: string;
  tenant: string;
  person: string;
}

/** Opening a link signs nobody in, since programs that preview links open them too. The button does. */
export function LinkPage({ frame, look, link, tenant, person }: LinkFor) {
  const form = (
    <form method="post" action="/sign-in/link">
      <input type="hidden" name="link" value={link} />
      <button type="submit" class={look === 'portal' ? 'primary big' : 'primary'}>
        Sign in
      </button>
    </form>
  );
  if (look === 'portal')
    return (
      <Door frame={frame} why={null}>
        <h1>Welcome</h1>
        <p class="lead">
          You are about to sign in as{' '}
          <strong>
            <Word>{person}</Word>
          </strong>{' '}
          at <Word>{tenant}</Word>.
        </p>
        {form}
        <p class="muted small">This link works once.</p>
      </Door>
    );
  return (
    <Layout frame={frame} title="Sign in">
      <article class="card sign-in">
        <Brand />
        <h1>Sign in as</h1>
        <p class="who">
          <Icon name="person" />
          <Word>{person}</Word>
          <span class="muted">
            at <Word>{tenant}</Word>
          </span>
        </p>
        {form}
        <p class="muted small">This link works once.</p>
      </article>
    </Layout>
  );
}

/** The way into the portal. */
function Door({ frame, why, children }: { frame: Frame; why: Why | null; children?: Child }) {
  return (
    <PortalLayout frame={frame} title="Sign in">
      {why && <Told tone={WHY[why].tone} title={WHY[why].says.portal} />}
      <section class="calm door">
        <Icon name="key" />
        {children}
      </section>
    </PortalLayout>
  );
}
