import { type Context, Hono } from 'hono';
import { Problem, notFound } from '../../contract/problem.ts';
import { RUN_STATES, type RunLine, listRunLines } from '../../runs/queries.ts';
import { runTable } from '../../runs/tables.ts';
import { currentTenant } from '../../tenants/tenants.ts';
import { certificateOf } from '../certificate.ts';
import { queryChoice, queryNumber } from '../body.ts';
import type { Deps } from '../context.ts';
import { readOwnForm, visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { Meter } from './components/ceilings.tsx';
import type { SentBack } from './components/field-error.tsx';
import { Choice, Filters, Grid, Head, Pager, address } from './components/record.tsx';
import { RunState } from './components/run-state.tsx';
import { Empty } from './components/states.tsx';
import { Word } from './components/text.tsx';
import { Time } from './components/time.tsx';
import { Pico, timesText } from './components/pico.tsx';
import { frameOf } from './frame.ts';
import { Layout } from './layout.tsx';
import { RunArticle } from './run.tsx';
import { loadRun, runFacts } from './run-data.ts';
import { type ReadDeed, readEstimate, readSettlement, readUnpriced } from './run-deeds.ts';

const PAGE = 50;

const STATE_NAMES: Record<(typeof RUN_STATES)[number], string> = {
  running: 'running',
  exhausted: 'loop exhausted',
  tripped: 'Cost Guard tripped',
  unpriced: 'usage without a price',
  aborted: 'aborted',
};

/** Run trees: what agents did, why again, and what it cost. */
export function runPages(deps: Deps, site: Site): Hono {
  return new Hono()
    .get('/', async (context) => {
      const find = context.req.query('find')?.trim().slice(0, 200) || undefined;
      const state = context.req.query('state') ? queryChoice(context, 'state', RUN_STATES) : undefined;
      const before = queryNumber(context, 'before', 0, Number.MAX_SAFE_INTEGER);
      const { visitor, result } = await visitInside(deps, site, context, 'run.read', (tx) => ({
        named: find !== undefined && tx.get(runTable, find) !== undefined,
        multiplier: currentTenant(tx).config.config.cost_guard_policy.trip_multiplier,
      }));
      if (result.named) return context.redirect(`/runs/${encodeURIComponent(find!)}`, 303);
      const [frame, { rows, next }] = await Promise.all([
        frameOf(deps, site, context, visitor),
        listRunLines(deps.sql, visitor.tenant, { find, state, before, limit: PAGE }),
      ]);
      const active = find !== undefined || state !== undefined;
      return context.html(
        <Layout frame={frame} title="Runs" section="Runs" extra={['record.css']}>
          <div class="page">
            <Head title="Runs">
              <p class="muted">
                What agents do, run tree by run tree: their steps, their ceilings, and what their models cost.
              </p>
            </Head>
            <Filters action="/runs" active={active}>
              <label class="field">
                <span>Run, task, agent or model</span>
                <input type="search" name="find" value={find ?? ''} maxlength={200} />
              </label>
              <Choice
                name="state"
                label="State"
                none="every state"
                value={state}
                options={RUN_STATES.map((one) => [one, STATE_NAMES[one]])}
              />
            </Filters>
            {rows.length === 0 ? (
              <Empty title={active ? 'No run fits, as far as was looked' : 'No agent has started a run yet'} />
            ) : (
              <RunTable runs={rows} multiplier={result.multiplier} />
            )}
            <Pager
              first={before === undefined ? null : address('/runs', { find, state })}
              next={next === null ? null : address('/runs', { find, state, before: next })}
              words="Earlier runs"
            />
          </div>
        </Layout>,
      );
    })
    .get('/:id', (context) => showRun(deps, site, context, null))
    .post('/:id/estimates', (context) => act(deps, site, context, 'cost.estimate', 'estimate', readEstimate))
    .post('/:id/settlements', (context) => act(deps, site, context, 'cost.settle', 'settlement', readSettlement))
    .post('/:id/unpriced-resolutions', (context) => act(deps, site, context, 'cost.resolve', 'unpriced', readUnpriced))
    .get('/:id/certificate', async (context) => {
      const id = context.req.param('id');
      const { visitor, result } = await visitInside(
        deps,
        site,
        context,
        'cost.read',
        (tx, caller) => runFacts(tx, deps.policy, caller, id).account,
      );
      const certificate = await certificateOf(deps.sql, visitor.tenant, result);
      const name = `trip-${result.root_run_id.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 80)}-${result.trip_seq}.json`;
      return context.body(JSON.stringify(certificate), 200, {
        'content-type': 'application/json',
        'content-disposition': `attachment; filename="${name}"`,
      });
    });
}

/** What a form of the page does; a refusal is shown on the page, with what was written. */
async function act(
  deps: Deps,
  site: Site,
  context: Context,
  operation: string,
  done: string,
  read: ReadDeed,
): Promise<Response> {
  const id = context.req.param('id')!;
  const written = await readOwnForm(deps, site, context);
  try {
    await visitInside(deps, site, context, operation, read(deps.policy, id, written));
  } catch (error) {
    if (!(error instanceof Problem && isShownHere(error))) throw error;
    return showRun(deps, site, context, { problem: error, written });
  }
  return context.redirect(`/runs/${encodeURIComponent(id)}?done=${done}`, 303);
}

function isShownHere({ status, code }: Problem): boolean {
  return code === 'cost.refused' || [400, 409, 422].includes(status);
}

async function showRun(deps: Deps, site: Site, context: Context, back: SentBack | null): Promise<Response> {
  const id = context.req.param('id')!;
  const before = readCursor(context.req.query('charges'));
  const { visitor, result } = await visitInside(deps, site, context, 'run.read', (tx, caller) =>
    runFacts(tx, deps.policy, caller, id),
  );
  const [frame, page] = await Promise.all([
    frameOf(deps, site, context, visitor),
    loadRun(deps, visitor.tenant, visitor.caller, result, before),
  ]);
  const path = `/runs/${encodeURIComponent(id)}`;
  return context.html(
    <Layout frame={frame} title={`Run ${id}`} section="Runs" extra={['record.css']}>
      <RunArticle page={page} frame={{ ...frame, path }} done={context.req.query('done')} back={back} />
    </Layout>,
    (back?.problem.status ?? 200) as 200,
  );
}

function RunTable({ runs, multiplier }: { runs: RunLine[]; multiplier: number }) {
  return (
    <Grid
      caption="Runs"
      head={['Run', 'Agent', 'State', 'Steps', 'Spent', 'Of the estimate', 'Against the limit', 'Started']}
    >
      {runs.map((run) => (
        <tr>
          <th scope="row">
            <a href={`/runs/${encodeURIComponent(run.run_id)}`}>
              <Word>{run.run_id}</Word>
            </a>
            <span class="sub">
              <Word>{run.task_id}</Word>
              {run.runs_total > 1 && `, ${run.runs_total} runs`}
            </span>
          </th>
          <td>
            <Word>{run.agent}</Word>
            <span class="sub">
              <Word>{run.model}</Word>
            </span>
          </td>
          <td>
            <RunState {...run} />
          </td>
          <td class="number">{run.steps_total}</td>
          <td>{run.committed === null ? <span class="muted">nothing</span> : <Pico of={run.committed} />}</td>
          <OfEstimate run={run} multiplier={multiplier} />
          <td>
            <Time at={run.created_at} form="short" />
          </td>
        </tr>
      ))}
    </Grid>
  );
}

function OfEstimate({ run: { estimate, committed }, multiplier }: { run: RunLine; multiplier: number }) {
  if (estimate === null || committed === null || BigInt(estimate) <= 0n)
    return (
      <td class="muted" colspan={2}>
        no estimate: calls are denied
      </td>
    );
  const times = Number(BigInt(committed)) / Number(BigInt(estimate));
  return (
    <>
      <td class="number">
        {timesText(BigInt(committed), BigInt(estimate))}
        <span class="sub">
          of <Pico of={estimate} />
        </span>
      </td>
      <td>
        <Meter part={times} of={multiplier} mark={1} />
      </td>
    </>
  );
}

function readCursor(text: string | undefined) {
  if (text === undefined) return undefined;
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_(\d{1,15})$/.exec(text);
  if (!match || Number.isNaN(Date.parse(match[1]!))) throw notFound('page of charges');
  return { at: match[1]!, seq: Number(match[2]) };
}
