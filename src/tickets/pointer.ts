import { isDeepStrictEqual } from 'node:util';
import { pointerStep } from '../contract/problem.ts';

/** What a JSON pointer (RFC 6901) leads to; undefined where nothing is. Own members only: `/constructor` leads nowhere. */
export function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const step of stepsOf(pointer)) {
    if (Array.isArray(value)) value = /^(0|[1-9][0-9]*)$/.test(step) ? value[Number(step)] : undefined;
    else if (value !== null && typeof value === 'object' && Object.hasOwn(value, step))
      value = (value as Record<string, unknown>)[step];
    else return undefined;
  }
  return value;
}

/** A copy with another value where the pointer leads; the same where it leads to nothing. */
export function withValueAt<T>(root: T, pointer: string, value: unknown): T {
  const copy = structuredClone(root);
  const steps = stepsOf(pointer);
  const last = steps.pop();
  const parent = valueAt(copy, steps.map(pointerStep).join(''));
  if (last === undefined || parent === null || typeof parent !== 'object' || !Object.hasOwn(parent, last)) return copy;
  (parent as Record<string, unknown>)[last] = value;
  return copy;
}

/** Is one of the values the same JSON? -0 is 0 there, which a strict comparison would tell apart. */
export function isAmong(value: unknown, values: unknown[]): boolean {
  return values.some((one) => one === value || isDeepStrictEqual(one, value));
}

function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
