import { styleText } from 'node:util';
import type { Receipt } from '../contract/types.ts';
import type { Reply } from './client.ts';

/** What a step must be answered with. Whatever is left out may be anything. */
export interface Expected {
  /** HTTP status; 200 for a decision and 201 for a ticket, unless said otherwise. */
  status?: number;
  effect?: 'allow' | 'review' | 'deny';
  /** Reason codes that must be among those given. */
  codes?: string[];
  /** The ticket's state. */
  state?: string;
  /** The problem's code. */
  problem?: string;
  /** Anything else: what is wrong with the body, or nothing. */
  wrong?: (body: any) => string | false | undefined;
}

export interface Stage {
  /** Plays a scene. A step that goes wrong ends its scene, not the day. */
  scene(title: string, act: () => Promise<void>): Promise<void>;
  /** Prints a step and its answer, and holds the answer against what is expected. @returns the body */
  step(line: string, reply: Promise<Reply>, expected: Expected): Promise<any>;
  /** Words between steps. */
  say(line: string): void;
  steps(): number;
  failures(): string[];
  /** Receipts of all decisions that were answered. */
  receipts: Receipt[];
}

class Unexpected extends Error {}

const MARKS = { allow: 'green', review: 'yellow', deny: 'red' } as const;

/** Where the day is played: counts, prints, compares. */
export function createStage(print: (line: string) => void, colours: boolean): Stage {
  const receipts: Receipt[] = [];
  const failures: string[] = [];
  let steps = 0;
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(style, text, { validateStream: false }) : text;

  return {
    receipts,
    steps: () => steps,
    failures: () => failures,
    say: (line) => print(paint('dim', `      ${line}`)),
    async scene(title, act) {
      print(`\n${paint('bold', title)}`);
      try {
        await act();
      } catch (error) {
        const message = error instanceof Unexpected ? error.message : `${title}: ${String(error)}`;
        failures.push(message);
        print(paint('red', `      UNEXPECTED ${message}`));
      }
    },
    async step(line, reply, expected) {
      const { status, body } = await reply;
      steps++;
      print(`${String(steps).padStart(4)}  ${line}`);
      for (const [mark, text] of tell(status, body)) {
        const style = MARKS[mark as keyof typeof MARKS];
        print(`      ${style ? paint(style, mark.padEnd(8)) : mark.padEnd(8)}${text}`);
      }
      const receipt = body?.receipt ?? body?.decision?.receipt;
      if (receipt) receipts.push(receipt);
      const wrong = differences(status, body, expected);
      if (wrong.length > 0) throw new Unexpected(`step ${steps}, ${line}: ${wrong.join('; ')}`);
      return body;
    },
  };
}

/** The answer in lines of a mark and words. */
function* tell(status: number, body: any): Generator<[string, string]> {
  if (status >= 400) {
    yield [String(status), `${body.code}: ${body.detail}`];
    for (const error of body.code === 'config.looser_than_ceiling' ? body.errors : [])
      yield ['', `${error.field} = ${JSON.stringify(error.value)}, ceiling ${JSON.stringify(error.ceiling)}`];
    for (const one of body.difference ?? [])
      yield ['', `${one.path}: ${JSON.stringify(one.before)} → ${JSON.stringify(one.after)}`];
  } else if (body?.effect) {
    const [first, ...others] = body.reasons;
    yield [body.effect, first ? because(first) : ''];
    for (const reason of others) yield ['', because(reason)];
    if (body.ticket) {
      const { ticket_id, state, revision, slots } = body.ticket;
      const needs = slots.map((slot: any) => slot.any_of.join(' or ')).join(' and ');
      yield ['ticket', `${ticket_id} is ${state}, revision ${revision}, needs ${needs}`];
    }
    yield ['receipt', `${body.receipt.log} #${body.receipt.seq}, leaf ${body.receipt.leaf_hash.slice(0, 16)}…`];
  } else if (body?.ticket_id) {
    const slots = body.slots.map((slot: any) => `${slot.id}: ${slot.filled ? slot.by : 'empty'}`).join(', ');
    yield ['ticket', `${body.ticket_id} is ${body.state}, revision ${body.revision}, ${slots}`];
  } else yield [String(status), summary(body)];
}

function because({ code, message, matched, source }: any): string {
  return `${message} [${code}${matched ? `: “${matched}”` : ''}${source ? `; ${source}` : ''}]`;
}

function summary(body: any): string {
  if (body?.decision_id) return `${body.decision_id} ${body.status}`;
  if (body?.payload_hash) return `plan ${body.version} (${body.type}), ${body.state}`;
  if (body?.campaign_id) return `campaign ${body.campaign_id}, live ${JSON.stringify(body.live)}`;
  if (body?.tip) return `${body.size} entries, tip ${body.tip.slice(0, 16)}…`;
  if (body?.logs) return body.status;
  if (body?.counters) {
    const { reasons } = body.decision;
    return `${body.admitted ? 'admitted' : 'denied'}: ${reasons.map((one: any) => one.message).join(' ')}`;
  }
  if (body?.started !== undefined) return body.started ? `run ${body.run_id}` : body.decision.reasons[0].message;
  if (body?.admitted !== undefined)
    return body.admitted ? `hold ${body.hold.hold_id} of ${body.hold.pico_usd} pico-USD` : body.reasons[0].message;
  if (body?.mandate_id) return `mandate ${body.mandate_id}, ${body.max_increase_pct} % a month`;
  if (body?.creative_id) return `creative ${body.creative_id}: “${body.content.body}”`;
  return '';
}

function differences(status: number, body: any, expected: Expected): string[] {
  const wrong: string[] = [];
  const compare = (what: string, got: unknown, wanted: unknown) => {
    if (wanted !== undefined && got !== wanted) wrong.push(`${what} is ${String(got)}, expected ${String(wanted)}`);
  };
  compare('status', status, expected.status ?? (expected.effect ? 200 : expected.state ? 201 : undefined));
  compare('effect', body?.effect, expected.effect);
  compare('state', body?.ticket ? body.ticket.state : body?.state, expected.state);
  compare('problem', status >= 400 ? body?.code : undefined, expected.problem);
  const codes = (body?.reasons ?? []).map((reason: any) => reason.code);
  for (const code of expected.codes ?? []) if (!codes.includes(code)) wrong.push(`no reason ${code} among ${codes}`);
  const other = expected.wrong?.(body);
  if (other) wrong.push(other);
  return wrong;
}
