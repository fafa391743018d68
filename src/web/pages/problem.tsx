import type { Problem } from '../../contract/problem.ts';
import { Icon } from './components/icon.tsx';
import { Prose } from './components/text.tsx';
import type { Frame } from './frame.ts';
import { Layout } from './layout.tsx';

/** What went wrong, in words, and the way on. `kept` is what someone had written, so that it is not lost. */
export function ProblemPage({ frame, problem, kept }: { frame: Frame; problem: Problem; kept?: string | undefined }) {
  const { title, icon } = TITLES[problem.status] ?? TITLES[500]!;
  const signIn = problem.status === 401;
  return (
    <Layout frame={frame} title={title}>
      <article class="card problem">
        <h1>
          <Icon name={icon} />
          {title}
        </h1>
        <p>{problem.message}</p>
        {kept && (
          <div class="kept">
            <h2>What you wrote</h2>
            <Prose>{kept}</Prose>
          </div>
        )}
        <p class="actions">
          {signIn ? (
            <a class="button primary" href={`/sign-in?back=${encodeURIComponent(frame.path)}`}>
              Sign in
            </a>
          ) : (
            <a class="button primary" href="/inbox">
              To the inbox
            </a>
          )}
          {problem.status === 503 && (
            <a class="button" href={frame.path}>
              Try again
            </a>
          )}
        </p>
        <p class="muted small">
          {problem.status} <code>{problem.code}</code>
        </p>
      </article>
    </Layout>
  );
}

const TITLES: Record<number, { title: string; icon: 'lock' | 'key' | 'empty' | 'warn' }> = {
  400: { title: 'That cannot be read', icon: 'warn' },
  401: { title: 'Sign in again', icon: 'key' },
  403: { title: 'Not allowed', icon: 'lock' },
  404: { title: 'Not there', icon: 'empty' },
  409: { title: 'Something changed meanwhile', icon: 'warn' },
  413: { title: 'Too long', icon: 'warn' },
  500: { title: 'Something failed here', icon: 'warn' },
  503: { title: 'Not available just now', icon: 'warn' },
};
