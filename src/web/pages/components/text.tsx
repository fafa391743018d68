// Text that agents and people wrote. It is hostile until proven otherwise: escaped by JSX, kept apart from the direction of the
// text around it, with every character shown that would not be seen or would turn the line around, and folded when long.

const FOLD_AT = 600;
const SHOWN_MAX = 20_000;

/** One line of foreign text: an id, a name, a title. */
export function Word({ children }: { children: string }) {
  return <bdi class="foreign">{visible(children.length > FOLD_AT ? `${children.slice(0, FOLD_AT)}…` : children)}</bdi>;
}

/** Foreign text of any length; its line breaks stay. */
export function Prose({ children }: { children: string }) {
  if (children.length <= FOLD_AT) return <bdi class="foreign prose">{visible(children)}</bdi>;
  const count = children.length.toLocaleString('en');
  const shown = children.length > SHOWN_MAX ? children.slice(0, SHOWN_MAX) : children;
  return (
    <details class="fold">
      <summary>
        <bdi class="foreign prose">{visible(children.slice(0, FOLD_AT / 2))}…</bdi>
        <span class="fold-more">all {count} characters</span>
      </summary>
      <bdi class="foreign prose">{visible(shown)}</bdi>
      {shown.length < children.length && (
        <p class="muted">
          The first {SHOWN_MAX.toLocaleString('en')} of {count} characters. The API gives the rest.
        </p>
      )}
    </details>
  );
}

/** Controls, and what turns or hides text: bidirectional marks, zero-width spaces, tag characters. */
const UNSEEN =
  /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g;

const codeOf = (unseen: string): string => `U+${unseen.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

/** The same for where no elements can be: titles, options, labels for those who listen. */
export function visibleText(text: string): string {
  return text.replaceAll(UNSEEN, codeOf);
}

/** The text with what would not be seen spelt out. */
export function visible(text: string) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(UNSEEN)) {
    parts.push(text.slice(from, match.index));
    parts.push(<span class="unseen">{codeOf(match[0])}</span>);
    from = match.index + match[0].length;
  }
  if (from === 0) return text;
  parts.push(text.slice(from));
  return parts;
}
