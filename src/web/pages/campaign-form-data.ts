import { Problem } from '../../contract/problem.ts';
import type { CampaignMove } from '../../contract/types.ts';
import { parser } from '../../contract/validate.ts';
import type { CampaignRow } from '../../plans/tables.ts';
import { decimalsOfName, valueOf } from './fields.ts';

const parseMove = parser<CampaignMove>('campaign-move.json');

/**
 * The plan that a campaign is moved under, with its values for the campaign.
 * @throws Problem 400 `form.field`, naming it
 */
export function readMove(form: URLSearchParams, campaign: CampaignRow, currency: string | null): CampaignMove {
  const approved = Object.keys(campaign.approved).map((name) => {
    const field = `approved.${name}`;
    const text = form.get(field)?.trim() ?? '';
    const value = valueOf({ pointer: `/${name}`, value: 0, decimals: decimalsOfName(name, currency) }, text);
    if (typeof value !== 'number' || value < 0)
      throw new Problem(400, 'form.field', 'Give a number, such as 400 or 399.50.', { field });
    return [name, value];
  });
  const flight = form.get('flight');
  return parseMove({
    plan_version: Number(form.get('plan_version')),
    approved: Object.fromEntries(approved),
    ...(flight && { flight: Number(flight) }),
  });
}
