import { Icon } from '../pages/components/icon.tsx';
import { Notice } from '../pages/components/states.tsx';
import { Word } from '../pages/components/text.tsx';
import type { Frame } from '../pages/frame.ts';
import { Brand, Layout } from '../pages/layout.tsx';

/** Where people sign in, and where they land when they signed out. */
export function SignInPage({ frame, oidc, back, out }: { frame: Frame; oidc: boolean; back: string; out: boolean }) {
  return (
    <Layout frame={frame} title="Sign in">
      <article class="card sign-in">
        <Brand />
        <h1>Placet</h1>
        <p class="muted">May I proceed? Where people answer.</p>
        {out && <Notice tone="good" title="You are signed out." />}
        {oidc ? (
          <p class="actions">
            <a class="button primary" href={`/sign-in/oidc?back=${encodeURIComponent(back)}`}>
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

/** Opening a link signs nobody in, since programs that preview links open them too. The button does. */
export function LinkPage({
  frame,
  link,
  tenants,
  person,
}: {
  frame: Frame;
  link: string;
  tenants: string[];
  person: string;
}) {
  return (
    <Layout frame={frame} title="Sign in">
      <article class="card sign-in">
        <Brand />
        <h1>Sign in as</h1>
        <p class="who">
          <Icon name="person" />
          <Word>{person}</Word>
          <span class="muted">
            at <Word>{tenants.join(', ')}</Word>
          </span>
        </p>
        <form method="post" action="/sign-in/link">
          <input type="hidden" name="link" value={link} />
          <button type="submit" class="primary">
            Sign in
          </button>
        </form>
        <p class="muted small">This link works once.</p>
      </article>
    </Layout>
  );
}
