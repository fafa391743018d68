import type { Tx } from '../../audit/view.ts';
import { Problem } from '../../contract/problem.ts';
import type { EstimateRequest, HoldNote, HoldSettlement, UnpricedResolution } from '../../contract/types.ts';
import { parser } from '../../contract/validate.ts';
import { spendOn } from '../../decide/cost.ts';
import type { Policy } from '../../policy/policy.ts';
import { accountOf } from '../../runs/cost/account.ts';
import { setEstimate } from '../../runs/cost/estimates.ts';
import { releaseHold } from '../../runs/cost/holds.ts';
import { resolveUnpriced, settleHold } from '../../runs/cost/spend.ts';
import { pricesOf } from '../../runs/prices/tenant-prices.ts';
import type { Caller } from '../../tenants/tokens.ts';
import { readUsd } from './fields.ts';

// The forms of a run's page, read into what the API takes and done by its commands. Each throws a Problem that names the `field`
// of the form where something is missing from it.

const parseEstimate = parser<EstimateRequest>('cost.json#/$defs/estimate_request');
const parseSettlement = parser<HoldSettlement>('cost.json#/$defs/hold_settlement');
const parseNote = parser<HoldNote>('cost.json#/$defs/hold_note');
const parseResolution = parser<UnpricedResolution>('cost.json#/$defs/unpriced_resolution');

type Command = (tx: Tx, caller: Caller) => void;
export type ReadDeed = (policy: Policy, runId: string, form: URLSearchParams) => Command;

/** Another estimate for the run tree, on top of the one that its author saw. */
export function readEstimate(policy: Policy, runId: string, form: URLSearchParams): Command {
  const pico = amountOf(form);
  const reason = reasonOf(form, 'Say why, so that the next one understands it.');
  mustConfirm(form);
  const request = parseEstimate({ pico_usd: pico, reason });
  return (tx, caller) =>
    spendOn(tx, policy, caller, runId, 'estimate', (run) => {
      const { estimate, estimate_version: version } = accountOf(tx, run.root_run_id);
      if (version !== Number(form.get('version')) && estimate !== pico)
        throw new Problem(409, 'estimate.moved', 'Someone else gave another estimate while you looked; it is below.');
      setEstimate(tx, policy, pricesOf(tx), caller, run, request);
    });
}

/** What a call used that had a hold, or that it was not made. */
export function readSettlement(policy: Policy, _: string, form: URLSearchParams): Command {
  const [runId, hold] = [form.get('run') ?? '', form.get('hold') ?? ''];
  const how = form.get('how');
  if (how === 'release') {
    const { reason = null } = parseNote({ reason: reasonOf(form, 'Say how you know that the call was not made.') });
    mustConfirm(form);
    return (tx, caller) =>
      spendOn(tx, policy, caller, runId, 'charge', (run) => releaseHold(tx, policy, caller, run, hold, reason));
  }
  const settlement = parseSettlement(how === 'tokens' ? { tokens: tokensOf(form) } : { pico_usd: amountOf(form) });
  return (tx, caller) =>
    spendOn(tx, policy, caller, runId, 'charge', (run) =>
      settleHold(tx, policy, pricesOf(tx), caller, run, hold, settlement),
    );
}

/** A price for usage that had none, or that it is not charged. */
export function readUnpriced(policy: Policy, runId: string, form: URLSearchParams): Command {
  const how = form.get('how');
  const pico = how === 'amount' ? amountOf(form) : null;
  const reason = reasonOf(form, 'Say why, so that the next one understands it.');
  if (how === 'waive') mustConfirm(form);
  const resolution = parseResolution({
    source: form.get('source'),
    event_id: form.get('event_id'),
    verdict: how === 'waive' ? 'waive' : 'price',
    ...(pico !== null && { pico_usd: pico }),
    reason,
  });
  return (tx, caller) =>
    spendOn(tx, policy, caller, runId, 'charge', (run) =>
      resolveUnpriced(tx, policy, pricesOf(tx), caller, run, resolution),
    );
}

function amountOf(form: URLSearchParams): string {
  return readUsd(textOf(form, 'usd')) ?? wrong('usd', 'Give the amount in USD, more than nothing, such as 0.42.');
}

function tokensOf(form: URLSearchParams) {
  const [input, output] = ['input_tokens', 'output_tokens'].map((name) => {
    const text = textOf(form, name);
    return /^[0-9]{1,9}$/.test(text) ? Number(text) : wrong(name, 'Give the tokens as a whole number, such as 1200.');
  });
  return { input_tokens: input, output_tokens: output };
}

function reasonOf(form: URLSearchParams, words: string): string {
  return textOf(form, 'reason') || wrong('reason', words);
}

function mustConfirm(form: URLSearchParams): void {
  if (form.get('confirmed') !== 'yes') wrong('confirmed', 'Tick the box first: this cannot be taken back.');
}

function textOf(form: URLSearchParams, name: string): string {
  return form.get(name)?.trim() ?? '';
}

/** @throws Problem 400 `form.field`, naming it */
function wrong(field: string, words: string): never {
  throw new Problem(400, 'form.field', words, { field });
}
