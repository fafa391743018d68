import type { LoggedRow } from '../../../plans/queries.ts';
import { Grid, Moved } from './record.tsx';
import { Word } from './text.tsx';
import { Time } from './time.tsx';
import { Value, fieldName } from './value.tsx';

/** Rows of the optimization log: what was changed, from what to what, who allowed it, and what became of it. */
export function LogTable(props: {
  rows: LoggedRow[];
  currency: (row: LoggedRow) => string | null;
  caption: string;
  campaigns?: boolean;
}) {
  const { rows, currency, caption, campaigns = false } = props;
  return (
    <Grid
      caption={caption}
      head={[
        'Applied',
        'Change set',
        ...(campaigns ? ['Campaign'] : []),
        'Field',
        'Before',
        'After',
        'Change',
        'Decision',
        'By',
        'Rolled back',
      ]}
    >
      {rows.map((row) => (
        <tr>
          <td>
            <Time at={row.applied_at} form="short" />
          </td>
          <th scope="row">
            <ChangeSet id={row.change_set_id} />
            {row.undoes !== null && (
              <span class="sub">
                takes back <ChangeSet id={row.undoes} />
              </span>
            )}
          </th>
          {campaigns && (
            <td>
              <a href={`/campaigns/${encodeURIComponent(row.campaign_id)}`}>
                <Word>{row.campaign_id}</Word>
              </a>
            </td>
          )}
          <td>
            <Word>{fieldName(`/${row.field}`)}</Word>
          </td>
          <td class="before">
            <Value path={`/${row.field}`} value={row.before_value ?? undefined} currency={currency(row)} />
          </td>
          <td class="after">
            <Value path={`/${row.field}`} value={row.after_value} currency={currency(row)} />
            {row.outcome === 'partial' && (
              <span class="sub">
                allowed <Value path={`/${row.field}`} value={row.allowed_value} currency={currency(row)} />
              </span>
            )}
          </td>
          <td>{row.before_value !== null && <Moved before={row.before_value} after={row.after_value} />}</td>
          <td>
            <code>D-{row.decision_seq}</code>
            {row.ticket_id !== null && (
              <span class="sub">
                on <a href={`/tickets/${row.ticket_id}`}>{row.ticket_id}</a>
              </span>
            )}
          </td>
          <td>
            <Word>{row.applied_by}</Word>
          </td>
          <td>
            {row.undone_by === null ? (
              <span class="muted">no</span>
            ) : (
              <>
                by <ChangeSet id={row.undone_by} />
              </>
            )}
          </td>
        </tr>
      ))}
    </Grid>
  );
}

export function ChangeSet({ id }: { id: string }) {
  return (
    <a href={`/change-sets/${encodeURIComponent(id)}`}>
      <Word>{id}</Word>
    </a>
  );
}
