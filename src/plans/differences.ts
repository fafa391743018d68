import diff from 'microdiff';
import { pointerStep } from '../contract/problem.ts';

/** One difference, by path from the root. `before` or `after` is absent where the path did not exist. */
export interface Difference {
  path: string;
  before?: unknown;
  after?: unknown;
}

/** Differences between two JSON objects, with JSON pointers (RFC 6901). */
export function differences(before: object, after: object): Difference[] {
  return diff(before, after).map((one) => ({
    path: one.path.map(pointerStep).join(''),
    ...('oldValue' in one && { before: one.oldValue }),
    ...('value' in one && { after: one.value }),
  }));
}
