import type { Subject, TicketRow } from './tables.ts';

const DEPTH_MAX = 6;
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d([.]\d{1,3})?)?Z)?$/;

/**
 * When waiting begins to do harm: of a red flag at once, since agents stand still; else when what is asked for would begin without
 * an answer, or the request lapses, whichever comes first.
 */
export function harmAt(
  now: string,
  { action, diff }: Pick<Subject, 'action'> & Pick<TicketRow['subject'], 'diff'>,
  { redFlag, expiresAt }: { redFlag: boolean; expiresAt: string },
): string {
  if (redFlag) return now;
  const starts = [...startsIn(action.properties, 0), ...diff.flatMap(({ path, after }) => startsIn(after, 0, path))];
  const ahead = starts.map((text) => new Date(text).toISOString()).filter((at) => at > now);
  return [expiresAt, ...ahead].sort()[0]!;
}

/** Dates under the name `start`, wherever they are. */
function startsIn(value: unknown, depth: number, path = ''): string[] {
  if (typeof value === 'string')
    return path.endsWith('/start') && DATE.test(value) && !Number.isNaN(Date.parse(value)) ? [value] : [];
  if (value === null || typeof value !== 'object' || depth > DEPTH_MAX) return [];
  return Object.entries(value).flatMap(([key, part]) => startsIn(part, depth + 1, `/${key}`));
}
