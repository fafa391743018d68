import type { Child } from 'hono/jsx';
import { html } from 'hono/html';
import { Icon } from './components/icon.tsx';
import { RedFlags } from './components/red-flags.tsx';
import { Word, visibleText } from './components/text.tsx';
import { type Frame, inTenant } from './frame.ts';
import { SECTIONS, type Section } from './sections.ts';

interface Props {
  frame: Frame;
  title: string;
  section?: Section | undefined;
  /** The page fills the window and its parts scroll by themselves. */
  wide?: boolean;
  /** Styles and scripts that this page alone needs. */
  extra?: string[];
  children?: Child;
}

/** A whole document: the frame around what a page shows. */
export function Layout({ frame, title, section, wide, extra = [], children }: Props) {
  const { assets, visitor, theme, flagCount } = frame;
  const count = flagCount > 0 ? `(${flagCount}) ` : '';
  return html`<!doctype html>${(
      <html lang="en" data-theme={theme}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content={theme === 'auto' ? 'light dark' : theme} />
          <title>{visibleText(`${count}${title} · Placet`)}</title>
          <link rel="icon" type="image/svg+xml" href={assets.url('icon.svg')} />
          <link rel="stylesheet" href={assets.url('base.css')} />
          <link rel="stylesheet" href={assets.url('site.css')} />
          {visitor && <link rel="stylesheet" href={assets.url('ticket.css')} />}
          {extra
            .filter((name) => name.endsWith('.css'))
            .map((name) => (
              <link rel="stylesheet" href={assets.url(name)} />
            ))}
          {/* Before time.js, which changes the text that live.js compares. */}
          {visitor && <script src={assets.url('follow.js')} defer></script>}
          {visitor && <script src={assets.url('live.js')} defer></script>}
          <script src={assets.url('time.js')} defer></script>
          <script src={assets.url('page.js')} defer></script>
          {extra
            .filter((name) => name.endsWith('.js'))
            .map((name) => (
              <script src={assets.url(name)} defer></script>
            ))}
        </head>
        <body
          class={wide ? 'wide' : undefined}
          data-at={visitor ? frame.places.map(({ tenant, at }) => `${tenant}:${at}`).join(' ') : undefined}
          data-tenant={visitor?.tenant}
          data-person={visitor?.caller.id}
          data-self={frame.path}
        >
          <a class="skip" href="#main">
            Skip to content
          </a>
          {visitor && <Header frame={frame} section={section} />}
          {visitor && <Banners />}
          <RedFlags frame={frame} />
          <main id="main" tabindex={-1}>
            {children}
          </main>
          {visitor && <Footer frame={frame} />}
          {visitor && <KeyboardHelp />}
          {visitor && <Confirm />}
        </body>
      </html>
    )}`;
}

function Header({ frame, section }: { frame: Frame; section: Section | undefined }) {
  const visitor = frame.visitor!;
  const others = frame.places.filter(({ tenant }) => tenant !== visitor.tenant);
  return (
    <header class="top">
      <a class="brand" href="/inbox">
        <Brand />
        Placet
      </a>
      <nav aria-label="Main">
        <ul>
          {SECTIONS.map(([name, href]) => (
            <li>
              <a href={href} aria-current={name === section ? 'page' : undefined}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <details class="menu" id="account">
        <summary>
          <Icon name="person" />
          <span class="menu-name">
            <Word>{visitor.name}</Word>
          </span>
          <span class="menu-tenant">
            <Word>{visitor.tenantName}</Word>
          </span>
        </summary>
        <div class="menu-body">
          <p class="menu-who">
            <Word>{visitor.name}</Word>
            <span class="muted">
              {visitor.caller.roles.length === 0 ? 'no roles' : visitor.caller.roles.join(', ')} at{' '}
              <Word>{visitor.tenantName}</Word>
            </span>
          </p>
          <ul class="menu-links">
            <li>
              <a href="/account">Absence and notifications</a>
            </li>
            <li>
              <a href="/sessions">Sessions</a>
            </li>
          </ul>
          {others.length > 0 && (
            <nav aria-label="Tenants">
              <p class="muted">Your other tenants</p>
              <ul class="menu-links">
                {others.map(({ tenant, tenantName }) => (
                  <li>
                    <a href={inTenant(frame, tenant, '/')}>
                      <Word>{tenantName}</Word>
                    </a>
                  </li>
                ))}
              </ul>
            </nav>
          )}
          <form method="post" action="/session/theme" class="theme">
            <Csrf frame={frame} />
            <fieldset>
              <legend>Colours</legend>
              {(['auto', 'light', 'dark'] as const).map((theme) => (
                <button
                  type="submit"
                  name="theme"
                  value={theme}
                  aria-pressed={theme === frame.theme ? 'true' : 'false'}
                >
                  {theme}
                </button>
              ))}
            </fieldset>
          </form>
          <form method="post" action="/sign-out">
            <Csrf frame={frame} />
            <button type="submit">Sign out</button>
            <button type="submit" name="everywhere" value="yes">
              Sign out everywhere
            </button>
          </form>
        </div>
      </details>
    </header>
  );
}

/** What assets/follow.js shows when it has to. In the document from the start, so that screen readers notice. */
function Banners() {
  return (
    <>
      <p class="offline" id="offline" role="status" hidden>
        No connection. What you see may be old, and nothing can be sent until it is back.
      </p>
      <p class="offline" id="signed-out" role="status" hidden>
        You are signed out. What you typed stays here:{' '}
        <a href="/sign-in" target="_blank" rel="noopener">
          sign in in another tab
        </a>
        , then go on.
      </p>
    </>
  );
}

/** What every form carries: that it is of this session, and where to go on. */
export function Csrf({ frame, back = frame.path }: { frame: Frame; back?: string }) {
  return (
    <>
      <input type="hidden" name="csrf" value={frame.visitor!.csrf} />
      <input type="hidden" name="tenant" value={frame.visitor!.tenant} />
      <input type="hidden" name="back" value={back} />
    </>
  );
}

/** The sign: a tick in a circle, as on a ballot. */
export function Brand() {
  return (
    <svg class="brand-sign" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="10" />
      <path d="M7.500 12.600l3 3 6-6.800" />
    </svg>
  );
}

function Footer({ frame }: { frame: Frame }) {
  return (
    <footer class="foot">
      <span>
        Times in <span id="zone">UTC</span>
      </span>
      <span class="foot-keys">
        Press <kbd>?</kbd> for keys
      </span>
      <span class="muted">{frame.visitor!.tenant}</span>
    </footer>
  );
}

/** A second look before what is of high risk; assets/page.js opens it. Without scripts the form's own box is ticked. */
function Confirm() {
  return (
    <dialog id="confirm" aria-labelledby="confirm-title">
      <h2 id="confirm-title">Sure?</h2>
      <p class="foreign prose">
        <bdi id="confirm-what"></bdi>
      </p>
      <form method="dialog" class="actions">
        <button class="approve" type="submit" value="yes">
          Yes, I have read it
        </button>
        <button type="submit" value="no">
          Back
        </button>
      </form>
    </dialog>
  );
}

const KEYS = [
  ['j / k', 'next, previous ticket'],
  ['Enter', 'open it'],
  ['x', 'select it, for several at once'],
  ['a', 'approve; acknowledge a red flag. What is of high risk is confirmed first'],
  ['r', 'reject, with a reason; resolve a red flag'],
  ['c', 'request changes'],
  ['Ctrl Enter', 'send what you are writing'],
  ['/', 'to the filters'],
  ['Esc', 'out of a field, back to the list'],
  ['?', 'this help'],
] as const;

function KeyboardHelp() {
  return (
    <dialog id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl class="keys">
        {KEYS.map(([key, does]) => (
          <div>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <label class="check">
          <input type="checkbox" id="keys-off" /> Turn single keys off in this browser
        </label>
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
