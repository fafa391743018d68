import type { Child } from 'hono/jsx';

/** A part of a page under its own heading, one below that of what it is a part of (`level`). */
export function Part({ title, level, children }: { title: string; level: 1 | 2; children?: Child }) {
  const Title = level === 1 ? 'h2' : 'h3';
  return (
    <section class="part">
      <Title class="part-title">{title}</Title>
      {children}
    </section>
  );
}
