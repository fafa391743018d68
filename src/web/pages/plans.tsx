import { type Context, Hono } from 'hono';
import { Problem, notFound } from '../../contract/problem.ts';
import { rebasePlan } from '../../plans/drafts.ts';
import { type PlanLine, listPlanLines } from '../../plans/queries.ts';
import { currentTenant } from '../../tenants/tenants.ts';
import { actorOf } from '../../tenants/tokens.ts';
import { queryChoice, queryNumber } from '../body.ts';
import type { Deps } from '../context.ts';
import { proposeRevision } from '../propose.ts';
import { readOwnForm, visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { Choice, Filters, Grid, Head, Money, Pager, address } from './components/record.tsx';
import { PlanState } from './components/plan-state.tsx';
import { Empty } from './components/states.tsx';
import { Word } from './components/text.tsx';
import { Time } from './components/time.tsx';
import { frameOf } from './frame.ts';
import { Layout } from './layout.tsx';
import { loadPlan, planFacts } from './plan-data.ts';
import { PlanArticle } from './plan.tsx';

const PAGE = 50;
const VERSION_MAX = 999_999_999;
const STATES = ['draft', 'approved', 'superseded'] as const;
const TYPES = ['initial', 'revise', 'replan'] as const;

/** Plan versions, what each says, how any two differ, and the two things that people ask for here: a revision and a rebase. */
export function planPages(deps: Deps, site: Site): Hono {
  return new Hono()
    .get('/', async (context) => {
      const state = context.req.query('state') ? queryChoice(context, 'state', STATES) : undefined;
      const type = context.req.query('type') ? queryChoice(context, 'type', TYPES) : undefined;
      const before = queryNumber(context, 'before', 1, VERSION_MAX);
      const { visitor, result: approved } = await visitInside(
        deps,
        site,
        context,
        'plan.read',
        (tx) => currentTenant(tx).tenant.plan_version_approved,
      );
      const [frame, rows] = await Promise.all([
        frameOf(deps, site, context, visitor),
        listPlanLines(deps.sql, visitor.tenant, { state, type, before, limit: PAGE + 1 }),
      ]);
      const shown = rows.slice(0, PAGE);
      const more = rows.length > PAGE;
      return context.html(
        <Layout frame={frame} title="Plans" section="Plans" extra={['record.css']}>
          <div class="page">
            <Head title="Plans">
              <p class="muted">
                Versions are numbered without gaps. What was approved never changes, and none goes away.
              </p>
            </Head>
            <Filters action="/plans" active={Boolean(state ?? type)}>
              <Choice
                name="state"
                label="State"
                none="every state"
                value={state}
                options={STATES.map((one) => [one, one])}
              />
              <Choice
                name="type"
                label="Type"
                none="every type"
                value={type}
                options={TYPES.map((one) => [one, one])}
              />
            </Filters>
            {shown.length === 0 ? (
              <Empty title={state || type ? 'No plan fits these filters' : 'There is no plan yet'}>
                <p class="muted">An agent registers the first one; it is in force once its ticket is approved.</p>
              </Empty>
            ) : (
              <PlanTable plans={shown} approved={approved} />
            )}
            <Pager
              first={before === undefined ? null : address('/plans', { state, type })}
              next={more ? address('/plans', { state, type, before: shown.at(-1)!.version }) : null}
              words="Older plans"
            />
          </div>
        </Layout>,
      );
    })
    .get('/:version', (context) => showPlan(deps, site, context, null))
    .post('/:version/revise', async (context) => {
      await readOwnForm(deps, site, context);
      const version = pathVersion(context);
      return orShown(deps, site, context, async () => {
        const { visitor } = await visitInside(deps, site, context, 'plan.write', () => null);
        const { plan } = await proposeRevision(deps.sql, visitor.tenant, version, (command) =>
          visitInside(deps, site, context, 'plan.write', command).then(({ result }) => result),
        );
        return `/plans/${plan.version}?done=revised`;
      });
    })
    .post('/:version/rebase', async (context) => {
      const form = await readOwnForm(deps, site, context);
      const version = pathVersion(context);
      const resolutions = [...form]
        .filter(([name, take]) => name.startsWith('take:') && (take === 'mine' || take === 'theirs'))
        .map(([name, take]) => ({ pointer: name.slice('take:'.length), take: take as 'mine' | 'theirs' }));
      return orShown(deps, site, context, async () => {
        const { result } = await visitInside(deps, site, context, 'plan.write', (tx, caller) =>
          rebasePlan(tx, actorOf(caller), version, {
            onto: Number(form.get('onto')),
            ...(resolutions.length > 0 && { resolutions }),
          }),
        );
        return `/plans/${result.plan.version}?done=rebased`;
      });
    });
}

/** Goes where a deed leads, or shows the plan again with why it was refused. */
async function orShown(deps: Deps, site: Site, context: Context, deed: () => Promise<string>): Promise<Response> {
  try {
    return context.redirect(await deed(), 303);
  } catch (error) {
    if (!(error instanceof Problem && error.status === 409)) throw error;
    return showPlan(deps, site, context, error);
  }
}

async function showPlan(deps: Deps, site: Site, context: Context, refusal: Problem | null): Promise<Response> {
  const version = pathVersion(context);
  const against = queryNumber(context, 'against', 1, VERSION_MAX);
  const { visitor, result } = await visitInside(deps, site, context, 'plan.read', (tx, caller) =>
    planFacts(tx, deps.policy, caller, version),
  );
  const [frame, page] = await Promise.all([
    frameOf(deps, site, context, visitor),
    loadPlan(deps, visitor.tenant, result, against),
  ]);
  const path = `/plans/${version}`;
  return context.html(
    <Layout frame={frame} title={`Plan ${version}`} section="Plans" extra={['record.css']}>
      <PlanArticle page={page} frame={{ ...frame, path }} refusal={refusal} done={context.req.query('done')} />
    </Layout>,
    refusal ? 409 : 200,
  );
}

function PlanTable({ plans, approved }: { plans: PlanLine[]; approved: number | null }) {
  return (
    <Grid
      caption="Plan versions"
      head={['Version', 'State', 'Type', 'Name', 'Total', 'Runs', 'Author', 'Base', 'Registered', '']}
    >
      {plans.map((plan) => (
        <tr>
          <th scope="row">
            <a href={`/plans/${plan.version}`}>Plan {plan.version}</a>
          </th>
          <td>
            <PlanState plan={plan} approved={approved} />
          </td>
          <td>{plan.type}</td>
          <td class="wide-cell">
            <Word>{plan.name}</Word>
          </td>
          <td class="number">
            <Money minor={plan.total_budget_minor} currency={plan.currency} />
          </td>
          <td class="date">
            {plan.starts} to {plan.ends}
          </td>
          <td>
            <Word>{plan.author}</Word>
          </td>
          <td>{plan.base_version === null ? '—' : <a href={`/plans/${plan.base_version}`}>{plan.base_version}</a>}</td>
          <td>
            <Time at={plan.created_at} form="short" />
          </td>
          <td>
            {approved !== null && plan.version !== approved && (
              <a
                href={`/plans/${plan.version}?against=${approved}#difference`}
                aria-label={`Compare plan ${plan.version} with plan ${approved}`}
              >
                Compare
              </a>
            )}
          </td>
        </tr>
      ))}
    </Grid>
  );
}

function pathVersion(context: Context): number {
  const text = context.req.param('version')!;
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw notFound('plan');
  return Number(text);
}
