import type { Frame } from '../frame.ts';
import { Icon } from './icon.tsx';
import { Word } from './text.tsx';
import { Sla } from './badge.tsx';

/** A8 and A9 above every page: counted, the dearest first, in words and behind a border. No filter reaches it. */
export function RedFlags({ frame: { flags, flagCount, now } }: { frame: Frame }) {
  if (flagCount === 0) return null;
  return (
    <section class="flags" id="red-flags" aria-labelledby="red-flags-title">
      <h2 id="red-flags-title">
        <Icon name="flag" />
        {flagCount === 1 ? '1 red flag' : `${flagCount} red flags`}
      </h2>
      <ol>
        {flags.map((flag) => (
          <li>
            <a class="flag" href={`/tickets/${flag.ticket_id}`}>
              <span class="flag-kind">
                <Icon name={flag.type === 'A9' ? 'money' : 'loop'} />
                {flag.type} {flag.type === 'A9' ? 'Cost Guard tripped' : 'Agent loop exhausted'}
              </span>
              <span class="flag-what">
                <Word>{flag.summary}</Word>
              </span>
              <span class="flag-blocks">{flag.blocks === 0 ? '' : `holds up ${flag.blocks}`}</span>
              <Sla dueAt={flag.due_at} resolvedAt={null} now={now} />
            </a>
          </li>
        ))}
      </ol>
      {flagCount > flags.length && (
        <a class="flags-rest" href="/inbox">
          and {flagCount - flags.length} more
        </a>
      )}
    </section>
  );
}
