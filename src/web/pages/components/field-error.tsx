import type { Problem } from '../../../contract/problem.ts';

/** A form that was sent back: what is wrong with it, and what was written in it. */
export interface SentBack {
  problem: Problem;
  written: URLSearchParams;
}

/** What is wrong with one field, beside it. Its input names it by `describedby`. */
export function FieldError({ id, wrong }: { id: string; wrong: string | undefined }) {
  if (wrong === undefined) return null;
  return (
    <span class="field-error" id={id}>
      {wrong}
    </span>
  );
}

/** What ties an input to the error beside it. */
export function invalidProps(id: string, wrong: string | undefined) {
  return wrong === undefined ? {} : ({ 'aria-invalid': 'true', 'aria-describedby': id } as const);
}

/** What is wrong with the field of that name, if the form was sent back for it. */
export function wrongWith(back: SentBack | null, field: string): string | undefined {
  return back?.problem.extra['field'] === field ? back.problem.message : undefined;
}
