import type { Actor } from '../../audit/entry.ts';
import type { Tx } from '../../audit/view.ts';
import { canonicalHash } from '../../contract/canonical.ts';
import { Problem, invalid } from '../../contract/problem.ts';
import type { CostFact, EstimateRequest } from '../../contract/types.ts';
import type { Policy } from '../../policy/policy.ts';
import { currentTenant } from '../../tenants/tenants.ts';
import { type Caller, actorOf } from '../../tenants/tokens.ts';
import { picoOf } from '../prices/amount.ts';
import type { PriceList } from '../prices/list.ts';
import { priceUsage } from '../prices/price.ts';
import { type PayingRun, accountOf, post } from './account.ts';
import { must, stateFacts } from './holds.ts';
import { permit } from './permission.ts';
import { type AccountRow, type EstimateRow, estimateTable } from './tables.ts';

/**
 * Says what a run tree is going to cost. Versions are kept for good; policy says who may give which.
 * @throws Problem 400, 403 `cost.refused`, 422 `estimate.model_unpriced`
 */
export function setEstimate(
  tx: Tx,
  policy: Policy,
  prices: PriceList,
  caller: Caller,
  run: PayingRun,
  request: EstimateRequest,
): EstimateRow {
  const account = accountOf(tx, run.root_run_id);
  const requestHash = canonicalHash(request);
  const latest =
    account.estimate_version > 0 ? tx.get(estimateTable, run.root_run_id, account.estimate_version) : undefined;
  // A reply that was lost is asked for again.
  if (latest?.request_hash === requestHash && latest.actor_id === caller.id) return latest;
  const amount = amountOf(prices, request, tx.now);
  const { cost_guard_policy } = currentTenant(tx).config.config;
  const bounded = { cost_guard_policy, estimate_micro_usd: microUsdOf(amount.pico_usd) };
  must(permit(policy, caller, 'estimate', estimateFacts(account), bounded).reasons);
  if (latest && request.reason === undefined)
    throw invalid([{ field: '/reason', code: 'estimate.reason', message: 'is required for another estimate' }]);
  return recordEstimate(tx, actorOf(caller), run, account, request, amount);
}

/** What stands against another estimate of this account, for policy to weigh. */
export function estimateFacts(account: AccountRow): CostFact[] {
  const facts: CostFact[] = stateFacts(account);
  if (account.estimate_version > 0) facts.push('estimated');
  if (account.admissions + account.charges + account.unpriced > 0) facts.push('admitted');
  return facts;
}

/** The first estimate of a run tree, given with its first run. @throws Problem 409 `estimate.exists` */
export function firstEstimate(
  tx: Tx,
  prices: PriceList,
  actor: Actor,
  run: PayingRun,
  request: EstimateRequest,
): EstimateRow {
  const account = accountOf(tx, run.root_run_id);
  if (account.updated_seq > 0)
    throw new Problem(409, 'estimate.exists', 'The tree that this run joins has an estimate, or has begun to spend.');
  return recordEstimate(tx, actor, run, account, request, amountOf(prices, request, tx.now));
}

function recordEstimate(
  tx: Tx,
  actor: Actor,
  run: PayingRun,
  account: AccountRow,
  request: EstimateRequest,
  { pico_usd, basis, list_hash }: EstimatedAmount,
): EstimateRow {
  const version = account.estimate_version + 1;
  const row: EstimateRow = {
    root_run_id: run.root_run_id,
    version,
    epoch: account.epoch,
    pico_usd: String(pico_usd),
    basis,
    list_hash,
    reason: request.reason ?? null,
    request_hash: canonicalHash(request),
    actor_type: actor.type,
    actor_id: actor.id,
    seq: tx.seq,
    created_at: tx.now,
  };
  tx.insert(estimateTable, row);
  post(tx, actor, account, {
    action: 'cost.estimated',
    runId: run.run_id,
    event: { type: 'estimate', version, pico_usd: row.pico_usd },
    detail: { request, basis, list_hash },
  });
  return row;
}

/** What an estimate amounts to, for policy: null when it has no price, which is a Problem of its own once it is recorded. */
export function estimatedMicroUsd(prices: PriceList, request: EstimateRequest, at: string): number | null {
  try {
    return microUsdOf(amountOf(prices, request, at).pico_usd);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

/** Rounded up, so that what is over a bound stays over it; what policy cannot count is as much as it can. */
function microUsdOf(pico: bigint): number {
  const micro = (pico + 999_999n) / 1_000_000n;
  return micro > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(micro);
}

type EstimatedAmount = ReturnType<typeof amountOf>;

function amountOf(prices: PriceList, request: EstimateRequest, at: string) {
  const amount = request.calls
    ? priceCalls(prices, request.calls, at)
    : { basis: null, list_hash: null, pico_usd: statedAmount(request) };
  if (amount.pico_usd <= 0n)
    throw invalid([{ field: '', code: 'estimate.not_positive', message: 'must be more than nothing' }]);
  return amount;
}

function statedAmount({ pico_usd, usd }: EstimateRequest): bigint {
  return pico_usd === undefined ? picoOf(usd!)! : BigInt(pico_usd);
}

/** Each call at the plain price of its tokens: what is expected, not the worst case that a hold reserves. */
function priceCalls(prices: PriceList, calls: NonNullable<EstimateRequest['calls']>, at: string) {
  let pico_usd = 0n;
  let list_hash: string | null = null;
  const basis = calls.map((call, i) => {
    const { provider, model, tier, input_tokens, max_output_tokens, count = 1 } = call;
    const priced = priceUsage(prices, {
      ...(provider !== undefined && { provider }),
      model,
      ...(tier !== undefined && { tier }),
      at,
      usage: { input_tokens, output_tokens: max_output_tokens },
    });
    if ('unpriced' in priced)
      throw new Problem(422, 'estimate.model_unpriced', `Planned call ${i}: ${priced.detail}.`, {
        errors: [{ field: `/calls/${i}/model`, code: priced.unpriced, message: priced.detail }],
      });
    pico_usd += priced.pico_usd * BigInt(count);
    list_hash = priced.list_hash;
    return { ...call, count, each_pico_usd: String(priced.pico_usd), row: priced.row };
  });
  return { pico_usd, basis, list_hash: list_hash as string | null };
}
