import type { Child } from 'hono/jsx';
import { Icon } from './icon.tsx';
import { visibleText } from './text.tsx';
import { Value, moved } from './value.tsx';

// The parts that the pages of the record are made of: plans, campaigns, runs.

/** The head of a page: where it belongs, what it is, and its states in words. */
export function Head(props: { up?: [string, string]; title: Child; badges?: Child; children?: Child }) {
  const { up, title, badges, children } = props;
  return (
    <header class="page-head">
      {up && (
        <a class="page-up" href={up[1]}>
          ← {up[0]}
        </a>
      )}
      <h1>{title}</h1>
      {badges && <p class="page-badges">{badges}</p>}
      {children}
    </header>
  );
}

export type Tone = 'good' | 'bad' | 'wait' | 'done';

export function Badge({ tone, children }: { tone: Tone; children?: Child }) {
  return <span class={`state state-${tone}`}>{children}</span>;
}

/** A table that scrolls by itself where it is wider than the page; its caption names it to who cannot see it. */
export function Grid({ caption, head, children }: { caption: string; head: Child[]; children?: Child }) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={caption}>
      <table class="grid">
        <caption>{caption}</caption>
        <thead>
          <tr>{head.map((one) => (one === '' ? <td /> : <th scope="col">{one}</th>))}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export function Facts({ children }: { children?: Child }) {
  return <dl class="facts">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Money({ minor, currency }: { minor: number; currency: string | null }) {
  return <Value path="/x_minor" value={minor} currency={currency} />;
}

/** How far a number moved: which way by a sign and a word for who does not see it. */
export function Moved({ before, after }: { before: number; after: number }) {
  const percent = moved(before, after);
  if (before === after) return <span class="muted">as it was</span>;
  return <span class={`number ${after > before ? 'up' : 'down'}`}>{percent ?? (after > before ? 'up' : 'down')}</span>;
}

/** Filters of a list: a form that works without scripts, and applies itself with them. */
export function Filters({ action, active, children }: { action: string; active: boolean; children?: Child }) {
  return (
    <form class="filter-bar" method="get" action={action} data-autosubmit>
      {children}
      <p class="filter-bar-actions">
        <button type="submit">Show</button>
        {active && <a href={action}>Clear</a>}
      </p>
    </form>
  );
}

export function Choice(props: {
  name: string;
  label: string;
  none?: string;
  value: string | undefined;
  options: (readonly [string, string])[];
}) {
  const { name, label, none, value, options } = props;
  const known = value === undefined || options.some(([one]) => one === value);
  const all = known ? options : [...options, [value, value] as const];
  return (
    <label class="field">
      <span>{label}</span>
      <select name={name}>
        {none !== undefined && <option value="">{none}</option>}
        {all.map(([one, text]) => (
          <option value={one} selected={one === value}>
            {visibleText(text)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** To the first page and to the next one. */
export function Pager({ first, next, words }: { first: string | null; next: string | null; words: string }) {
  if (first === null && next === null) return null;
  return (
    <nav class="pager" aria-label={words}>
      {first !== null && <a href={first}>From the start</a>}
      {next !== null && (
        <a href={next} rel="next">
          {words}
        </a>
      )}
    </nav>
  );
}

/** Why someone cannot do something here. */
export function Locked({ children }: { children?: Child }) {
  return (
    <p class="why-not">
      <Icon name="lock" />
      <span>{children}</span>
    </p>
  );
}

/** The address of a list with its query. */
export function address(path: string, query: Record<string, string | number | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') params.set(name, String(value));
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}
