import type { Problem } from '../../contract/problem.ts';
import type { Preview } from '../../decide/preview.ts';
import type { Unreported } from '../../decide/queries.ts';
import type { LoggedRow } from '../../plans/queries.ts';
import { ChangeSet, LogTable } from './components/log-table.tsx';
import { Part } from './components/part.tsx';
import { Badge, Fact, Facts, Grid, Head } from './components/record.tsx';
import { Notice } from './components/states.tsx';
import { Prose, Word } from './components/text.tsx';
import { Time } from './components/time.tsx';
import { Value, fieldName } from './components/value.tsx';
import type { Frame } from './frame.ts';
import { Csrf } from './layout.tsx';

/** A value that the change set moved, and what policy would say to taking it back. */
interface Moved {
  row: LoggedRow;
  currency: string;
  campaign: string;
  preview: Preview;
  /** That was allowed already, and nobody has reported on it. */
  allowed: Unreported | null;
}

interface Page {
  id: string;
  values: Moved[];
  total: number;
}

/** What was changed under one id, and the way back. */
export function ChangeSetArticle(props: {
  page: Page;
  frame: Frame;
  refusal: Problem | null;
  done: string | undefined;
}) {
  const { page, frame, refusal, done } = props;
  const { id, values, total } = page;
  const rows = values.map(({ row }) => row);
  const [first] = rows;
  const currencies = new Map(values.map(({ row, currency }) => [row, currency]));
  const undone = rows.filter((row) => row.undone_by !== null).length;
  const undoes = [...new Set(rows.flatMap((row) => row.undoes ?? []))];
  return (
    <article class="page">
      <Head
        up={['What was changed', '/change-sets']}
        title={
          <>
            Change set <Word>{id}</Word>
          </>
        }
        badges={
          <>
            {undoes.length > 0 && <Badge tone="wait">a rollback</Badge>}
            {undone > 0 && (
              <Badge tone="done">
                {undone === rows.length ? 'rolled back' : `${undone} of ${rows.length} rolled back`}
              </Badge>
            )}
            {undone === 0 && undoes.length === 0 && <Badge tone="good">applied</Badge>}
          </>
        }
      />
      {done === 'asked' && <Notice tone="good" title="You asked. What policy answered is in the table below." />}
      {refusal && (
        <Notice tone="bad" title="Not all of it could be asked.">
          <Prose>{refusal.message}</Prose>
        </Notice>
      )}
      <Facts>
        <Fact name="Applied">
          <Time at={first!.applied_at} />
        </Fact>
        <Fact name="By">
          <Word>{first!.applied_by}</Word>
        </Fact>
        <Fact name="Values moved">{total}</Fact>
        {undoes.length > 0 && (
          <Fact name="Takes back">
            {undoes.map((one, i) => (
              <>
                {i > 0 && ', '}
                <ChangeSet id={one} />
              </>
            ))}
          </Fact>
        )}
      </Facts>
      <Part title="What was moved" level={1}>
        <LogTable
          rows={rows}
          currency={(row) => currencies.get(row)!}
          caption="Values that this change set moved"
          campaigns
        />
        {total > rows.length && (
          <p class="muted">
            The first {rows.length} of {total}. The API gives all.
          </p>
        )}
      </Part>
      <Part title="Taking it back" level={1}>
        <Rollback page={page} frame={frame} />
      </Part>
    </article>
  );
}

function Rollback({ page: { values, total }, frame }: { page: Page; frame: Frame }) {
  const open = values.filter(({ row }) => row.undone_by === null);
  if (open.length === 0)
    return <p class="muted">All of it was taken back. That happens once; the rollback itself can be taken back.</p>;
  const askable = open.some(
    ({ preview, allowed }) =>
      allowed === null && (preview.effect === 'allow' || (preview.effect === 'review' && !preview.ticket)),
  );
  return (
    <>
      <p>
        A rollback is decided like any change: the same guardrails, the same tickets. This is what policy says to you
        now.
      </p>
      <Grid caption="What taking each value back would be answered with" head={['Value', 'Now', 'Would be', 'Policy']}>
        {open.map((one) => {
          const path = `/${one.row.field}`;
          return (
            <tr>
              <th scope="row">
                <Word>{one.campaign}</Word>
                <span class="sub">
                  <Word>{fieldName(path)}</Word>
                </span>
              </th>
              <td class="before">
                <Value path={path} value={one.row.after_value} currency={one.currency} />
              </td>
              <td class="after">
                <Value path={path} value={one.row.before_value ?? 0} currency={one.currency} />
              </td>
              <td class="wide-cell">
                <Answer one={one} />
              </td>
            </tr>
          );
        })}
      </Grid>
      {askable && values.length === total && (
        <form method="post" action={`${frame.path}/rollback`}>
          <Csrf frame={frame} />
          <button type="submit">Ask to roll back</button>
        </form>
      )}
    </>
  );
}

function Answer({ one: { preview, allowed, row } }: { one: Moved }) {
  if (allowed)
    return (
      <>
        <Badge tone="good">allowed</Badge> as <code>D-{allowed.seq}</code>, and not reported yet: make the change on the
        platform, then report it <a href={`/campaigns/${encodeURIComponent(row.campaign_id)}`}>at the campaign</a>.
      </>
    );
  if (preview.ticket && preview.effect === 'review')
    return (
      <>
        <Badge tone="wait">{preview.ticket.state.replaceAll('_', ' ')}</Badge> on{' '}
        <a href={`/tickets/${preview.ticket.ticket_id}`}>{preview.ticket.ticket_id}</a>
      </>
    );
  const words = { allow: 'would be allowed', review: 'needs people', deny: 'would be denied' }[preview.effect];
  const tone = ({ allow: 'good', review: 'wait', deny: 'bad' } as const)[preview.effect];
  return (
    <>
      <Badge tone={tone}>{words}</Badge>
      {preview.opens && (
        <>
          {' '}
          a ticket {preview.opens.type} for {preview.opens.slots.map((roles) => roles.join(' or ')).join(' and ')}
        </>
      )}
      {preview.effect !== 'allow' &&
        preview.reasons.map((reason) => (
          <span class="sub">
            <Prose>{reason.message}</Prose>
          </span>
        ))}
    </>
  );
}
