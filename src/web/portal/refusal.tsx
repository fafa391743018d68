import type { Problem } from '../../contract/problem.ts';
import { Icon } from '../pages/components/icon.tsx';
import { Prose } from '../pages/components/text.tsx';
import type { Frame } from '../pages/frame.ts';
import { PortalLayout } from './layout.tsx';

/** What went wrong, in words for a client and in no others: what an error says of itself is for the agency. */
export function PortalRefusal({ frame, problem, kept }: { frame: Frame; problem: Problem; kept?: string | undefined }) {
  const { title, says } = WORDS[problem.status] ?? WORDS[500]!;
  return (
    <PortalLayout frame={frame} title={title}>
      <article class="calm refusal">
        <Icon name={problem.status === 403 ? 'lock' : problem.status === 404 ? 'empty' : 'warn'} />
        <h1>{title}</h1>
        <p>{says}</p>
        {kept && (
          <div class="kept">
            <h2>What you wrote</h2>
            <Prose>{kept}</Prose>
          </div>
        )}
        <p>
          <a class="button primary big" href="/portal">
            To my home page
          </a>
        </p>
      </article>
    </PortalLayout>
  );
}

const WORDS: Record<number, { title: string; says: string }> = {
  400: { title: 'That could not be read', says: 'Something in it was missing or wrong. Nothing was recorded.' },
  403: {
    title: 'This is not for you to see',
    says: 'This page belongs to your agency. What is yours is on your home page.',
  },
  404: { title: 'There is nothing here', says: 'The address may be wrong, or what was here is not yours.' },
  409: { title: 'Something changed meanwhile', says: 'Nothing was recorded. Please look again.' },
  413: { title: 'That was too long', says: 'Nothing was recorded. Please say it in fewer words.' },
  500: { title: 'Something failed on our side', says: 'Nothing was decided. Please try again in a while.' },
  503: { title: 'Not available just now', says: 'Nothing was decided. Please try again in a minute.' },
};
