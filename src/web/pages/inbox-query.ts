import type { TicketState, TicketType } from '../../contract/types.ts';

/** The inbox as its URL says it. */
export interface InboxQuery {
  view: string;
  /** Of all tenants that the visitor sees, and not of one. */
  across?: 'yes' | undefined;
  /** Whose inbox and ticket it is; none: where the browser is. */
  tenant?: string | undefined;
  state?: TicketState | 'any' | undefined;
  type?: TicketType | undefined;
  vertical?: string | undefined;
  platform?: string | undefined;
  agent?: string | undefined;
  after?: string | undefined;
  ticket?: string | undefined;
}

/** The URL of the inbox as it is, but for what changes. */
export function withQuery(query: InboxQuery, change: Partial<InboxQuery>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, ...change }))
    if (value !== undefined && value !== '' && !(name === 'view' && value === 'all')) params.set(name, String(value));
  const text = params.toString();
  return text === '' ? '/inbox' : `/inbox?${text}`;
}
