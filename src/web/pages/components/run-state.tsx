import { Badge } from './record.tsx';

/** In which state a run tree is, by its loops and by its money. */
export function RunState({
  state,
  guard,
  unpriced = 0,
}: {
  state: string;
  guard: string | null;
  unpriced?: number | null;
}) {
  return (
    <>
      {state === 'running' && guard !== 'tripped' && <Badge tone="good">running</Badge>}
      {state === 'exhausted' && <Badge tone="bad">loop exhausted</Badge>}
      {state === 'aborted' && <Badge tone="done">aborted</Badge>}
      {guard === 'tripped' && <Badge tone="bad">Cost Guard tripped</Badge>}
      {(unpriced ?? 0) > 0 && <Badge tone="bad">usage without a price</Badge>}
    </>
  );
}
