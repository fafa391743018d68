import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import { Icon } from '../pages/components/icon.tsx';
import { Word, visibleText } from '../pages/components/text.tsx';
import { Brand, Csrf } from '../pages/layout.tsx';
import type { Frame } from '../pages/frame.ts';

const PAGES = [
  ['Home', '/portal'],
  ['Standing permissions', '/portal/mandates'],
  ['Settings', '/portal/settings'],
] as const;

export type PortalPage = (typeof PAGES)[number][0];

interface Props {
  frame: Frame;
  title: string;
  page?: PortalPage | undefined;
  children?: Child;
}

/** A whole document of the portal: the name of the client, three pages, and nothing of the dashboard. */
export function PortalLayout({ frame, title, page, children }: Props) {
  const { assets, visitor, theme } = frame;
  return html`<!doctype html>${(
      <html lang="en" data-theme={theme} class="portal">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content={theme === 'auto' ? 'light dark' : theme} />
          <title>{visibleText(`${title} · ${visitor?.tenantName ?? 'Placet'}`)}</title>
          <link rel="icon" type="image/svg+xml" href={assets.url('icon.svg')} />
          <link rel="stylesheet" href={assets.url('base.css')} />
          <link rel="stylesheet" href={assets.url('portal.css')} />
          {/* Before time.js, which changes the text that portal.js compares. */}
          {visitor && <script src={assets.url('follow.js')} defer></script>}
          {visitor && <script src={assets.url('portal.js')} defer></script>}
          <script src={assets.url('time.js')} defer></script>
          <script src={assets.url('page.js')} defer></script>
        </head>
        <body
          data-at={visitor ? `${visitor.tenant}:${visitor.at}` : undefined}
          data-tenant={visitor?.tenant}
          data-person={visitor?.caller.id}
          data-self={frame.path}
        >
          <a class="skip" href="#main">
            Skip to content
          </a>
          <header class="portal-top">
            <a class="portal-brand" href={visitor ? '/portal' : '/'}>
              <Brand />
              <span>{visitor ? <Word>{visitor.tenantName}</Word> : 'Placet'}</span>
            </a>
            {visitor && (
              <nav aria-label="Main">
                <ul>
                  {PAGES.map(([name, href]) => (
                    <li>
                      <a href={href} aria-current={name === page ? 'page' : undefined}>
                        {name}
                      </a>
                    </li>
                  ))}
                </ul>
              </nav>
            )}
          </header>
          {visitor && <Banners />}
          <main id="main" tabindex={-1}>
            {children}
          </main>
          {visitor && (
            <footer class="portal-foot">
              <p>
                Signed in as <Word>{visitor.name}</Word>. What you decide here goes into a record in which nothing can
                be changed unnoticed.
              </p>
              <form method="post" action="/sign-out">
                <Csrf frame={frame} />
                <button type="submit">Sign out</button>
              </form>
            </footer>
          )}
        </body>
      </html>
    )}`;
}

/** What assets/follow.js and assets/portal.js show when they have to. In the document from the start, so that screen readers notice. */
function Banners() {
  return (
    <>
      <p class="offline" id="offline" role="status" hidden>
        You are offline. What you see may be old, and nothing can be sent until the connection is back.
      </p>
      <p class="offline" id="signed-out" role="status" hidden>
        You are signed out. What you wrote stays here:{' '}
        <a href="/sign-in?back=/portal" target="_blank" rel="noopener">
          sign in in another tab
        </a>
        , then go on.
      </p>
      <p class="news" role="status">
        <button type="button" id="news" hidden></button>
      </p>
    </>
  );
}

/** Something to tell before anything else. */
export function Told({ tone, title, children }: { tone: 'good' | 'bad' | 'wait'; title: string; children?: Child }) {
  return (
    <div class={`told told-${tone}`} role={tone === 'good' ? 'status' : 'alert'}>
      <Icon name={tone === 'good' ? 'check' : 'warn'} />
      <div>
        <p class="told-title">{title}</p>
        {children}
      </div>
    </div>
  );
}
