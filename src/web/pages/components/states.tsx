import type { Child } from 'hono/jsx';
import { Icon } from './icon.tsx';

// The states that a page can be in when it has nothing to show, or cannot.

export function Empty({ title, children }: { title: string; children?: Child }) {
  return (
    <div class="blank">
      <Icon name="empty" />
      <p class="blank-title">{title}</p>
      {children}
    </div>
  );
}

interface Told {
  tone: 'good' | 'bad' | 'wait';
  title: string;
  id?: string;
  children?: Child;
}

/** Something to tell before anything else: `alert` for what went wrong, `status` for what went well. */
export function Notice({ tone, title, id, children }: Told) {
  return (
    <div class={`notice notice-${tone}`} id={id} role={tone === 'good' ? 'status' : 'alert'}>
      <Icon name={tone === 'good' ? 'check' : 'warn'} />
      <div>
        <p class="notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}
