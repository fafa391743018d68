import { Hono } from 'hono';
import { notFound } from '../contract/problem.ts';
import type { Campaign, CampaignMove, PlatformIdsRequest } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { moveCampaign, namePlatformIds, registerCampaign } from '../plans/campaigns.ts';
import { logView } from '../plans/log-view.ts';
import { manifestOf } from '../plans/manifest.ts';
import { listLog, listManifests } from '../plans/queries.ts';
import { readRow } from '../plans/store.ts';
import { campaignTable } from '../plans/tables.ts';
import { actorOf } from '../tenants/tokens.ts';
import { queryChoice, queryNumber, readJson } from './body.ts';
import { type Deps, asCaller, whoAsks } from './context.ts';
import { heldRoutes, pageLimit } from './held.ts';

const parseCampaign = parser<Campaign>('campaign.json');
const parseMove = parser<CampaignMove>('campaign-move.json');
const parsePlatformIds = parser<PlatformIdsRequest>('platform-ids-request.json');

/** Campaigns, what of them runs on the platforms, and what was changed. */
export function campaignRoutes(deps: Deps): Hono {
  return heldRoutes(deps, campaignTable, 'campaign')
    .post('/', async (context) => {
      const campaign = parseCampaign(await readJson(context));
      const row = await asCaller(deps, context, 'campaign.write', (tx, caller) =>
        registerCampaign(tx, actorOf(caller), campaign),
      );
      return context.json(row, 201);
    })
    .post('/:id/plan', async (context) => {
      const move = parseMove(await readJson(context));
      const row = await asCaller(deps, context, 'campaign.move', (tx, caller) =>
        moveCampaign(tx, actorOf(caller), context.req.param('id'), move),
      );
      return context.json(row);
    })
    .put('/:id/platform-ids', async (context) => {
      const { platform_ids } = parsePlatformIds(await readJson(context));
      const row = await asCaller(deps, context, 'campaign.write', (tx, caller) =>
        namePlatformIds(tx, actorOf(caller), context.req.param('id'), platform_ids),
      );
      return context.json(row);
    })
    .get('/:id/manifest', async (context) => {
      const { tenant } = await whoAsks(deps, context, 'campaign.read');
      const [found] = await listManifests(deps.sql, tenant, { campaign: context.req.param('id'), limit: 1 });
      if (!found) throw notFound('campaign');
      return context.json(manifestOf(found.campaign, found.plan));
    })
    .get('/:id/optimization-log', async (context) => {
      const { tenant } = await whoAsks(deps, context, 'optimization.read');
      const campaign = context.req.param('id');
      const limit = pageLimit(context);
      const before = queryNumber(context, 'before', 0, Number.MAX_SAFE_INTEGER);
      const rows = await listLog(deps.sql, tenant, { campaign, before, limit });
      if (rows.length === 0 && !(await readRow(deps.sql, campaignTable, tenant, campaign))) throw notFound('campaign');
      return context.json({ changes: rows.map(logView), next_before: rows.length < limit ? null : rows.at(-1)!.seq });
    });
}

/** What runs on the platforms, of the whole tenant. */
export function manifestRoutes(deps: Deps): Hono {
  return new Hono().get('/', async (context) => {
    const { tenant } = await whoAsks(deps, context, 'campaign.read');
    const limit = pageLimit(context);
    const drifting = queryChoice(context, 'drifting', ['true']) === 'true';
    const rows = await listManifests(deps.sql, tenant, { after: context.req.query('after'), drifting, limit });
    return context.json({
      manifests: rows.map(({ campaign, plan }) => manifestOf(campaign, plan)),
      next_after: rows.length < limit ? null : rows.at(-1)!.campaign.campaign_id,
    });
  });
}
