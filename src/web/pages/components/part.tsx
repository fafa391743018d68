import type { Child } from 'hono/jsx';

/** A part of a page under its own heading. */
export function Part({ title, children }: { title: string; children?: Child }) {
  return (
    <section class="part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}
