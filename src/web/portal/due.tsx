import { Icon } from '../pages/components/icon.tsx';
import type { PortalFrame } from './visit-portal.ts';
import { When } from './when.tsx';

/** By when an answer is wanted. */
export function Due({ due, frame }: { due: string | null; frame: PortalFrame }) {
  if (due === null) return <></>;
  const late = due < frame.now.toISOString();
  return (
    <span class={late ? 'due due-late' : 'due'}>
      <Icon name="clock" />
      <span>
        {late ? 'An answer was wanted by ' : 'Please answer by '}
        <When at={due} reader={frame} />
        {late && '. You still can.'}
      </span>
    </span>
  );
}
