import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import { Problem, notFound } from '../contract/problem.ts';
import type { RebaseRequest } from '../contract/types.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { comparePayloads } from './compare.ts';
import { mergePayloads } from './merge.ts';
import { type Payload, allPayloadErrors } from './payload.ts';
import { addVersion } from './plans.ts';
import { type PlanRow, planTable } from './tables.ts';

/** A draft on the approved plan, with the version that was approved when it was made. */
export interface Rebased {
  plan: PlanRow;
  base: PlanRow;
}

/**
 * Registers a draft anew on the plan that is approved now: its author's changes and those approved since, merged, with what
 * they both changed settled by the request; or the payload of the request, whose author has seen both.
 * @throws Problem 409 `plan.rebase_conflict` with base, theirs and mine of each conflict; 409 `plan.not_draft`,
 *   `plan.base_current`, `plan.no_base` where there is nothing to rebase; 409 `plan.base_moved` when `onto` is not the
 *   approved plan any more
 */
export function rebasePlan(tx: Tx, actor: Actor, version: number, request: RebaseRequest): Rebased {
  const draft = tx.get(planTable, version);
  if (!draft) throw notFound('plan');
  const onto = requireRebase(tx, draft, request);
  const payload = request.payload ?? merge(tx.get(planTable, draft.base_version!)!, onto, draft, request);
  const errors = allPayloadErrors(payload);
  if (errors.length > 0)
    throw new Problem(409, 'plan.rebase_conflict', `The merged plan makes no sense: ${errors[0]!.message}.`, {
      base_version: draft.base_version,
      onto: onto.version,
      merged: payload,
      conflicts: [],
      errors,
    });
  const plan = addVersion(
    tx,
    actor,
    { type: draft.type, base_version: onto.version, payload },
    { derivedFrom: draft.version, logThrough: Math.max(draft.log_through, onto.log_through) },
  );
  return { plan, base: onto };
}

/** What happened to the base of a draft: how the plan that is approved now differs from the one that the draft was made from. */
export function baseChanges(tx: Tx, { type, id }: { type: string; id: string }) {
  const draft = type === 'plan' ? tx.get(planTable, Number(id)) : undefined;
  const approved = currentTenant(tx).tenant.plan_version_approved;
  if (!draft || draft.state !== 'draft' || draft.base_version === null || approved === null) return {};
  if (draft.base_version === approved) return {};
  const [base, now] = [tx.get(planTable, draft.base_version)!, tx.get(planTable, approved)!];
  return { base_changes: { against: base.version, version: approved, ...comparePayloads(base.payload, now.payload) } };
}

/** @returns the approved plan, on which the draft is to stand */
function requireRebase(tx: Tx, draft: PlanRow, request: RebaseRequest): PlanRow {
  const approved = currentTenant(tx).tenant.plan_version_approved;
  if (draft.state !== 'draft')
    throw new Problem(409, 'plan.not_draft', `Plan ${draft.version} is ${draft.state}, so it is not rebased.`);
  if (draft.base_version === approved)
    throw new Problem(409, 'plan.base_current', `Plan ${draft.version} stands on the approved plan already.`, {
      approved_version: approved,
    });
  if (draft.base_version === null || approved === null)
    throw new Problem(
      409,
      'plan.no_base',
      `Plan ${draft.version} is a first plan, while plan ${approved} is approved: register it as a replan of that.`,
      { approved_version: approved },
    );
  if (request.onto !== undefined && request.onto !== approved)
    throw new Problem(409, 'plan.base_moved', `Plan ${approved} is approved by now, not plan ${request.onto}.`, {
      approved_version: approved,
    });
  return tx.get(planTable, approved)!;
}

function merge(base: PlanRow, onto: PlanRow, draft: PlanRow, { resolutions }: RebaseRequest): Payload {
  const { merged, conflicts, unknown } = mergePayloads(base.payload, onto.payload, draft.payload, resolutions);
  if (conflicts.length === 0 && unknown.length === 0) return merged;
  const names = conflicts.map(({ pointer }) => pointer).join(', ');
  throw new Problem(
    409,
    'plan.rebase_conflict',
    conflicts.length > 0
      ? `Plan ${draft.version} and plan ${onto.version} both changed ${names}.`
      : `No conflict is settled by ${unknown.join(', ')}.`,
    { base_version: base.version, onto: onto.version, merged, conflicts, unknown_resolutions: unknown },
  );
}
