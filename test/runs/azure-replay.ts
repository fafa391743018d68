import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

// Real calls of a coding assistant, with their arrival times and sizes (Azure LLM inference trace 2023), split into runs. The trace has
// neither runs nor durations: calls are dealt to forty agents at a time, and last as long as their tokens would take.

export interface TracedCall {
  run: string;
  id: string;
  /** Milliseconds since the trace began. */
  start_ms: number;
  end_ms: number;
  input_tokens: number;
  output_tokens: number;
}

const AGENTS = 40;
/** After so long an agent begins its next run. */
const RUN_MS = 5 * 60_000;
const MS_PER_INPUT_TOKEN = 0.1;
const MS_PER_OUTPUT_TOKEN = 30;
const SLICE_MS = 250;

/** @param max how many calls from the beginning of the trace */
export function readTrace(max: number): TracedCall[] {
  const text = gunzipSync(
    readFileSync(new URL('../data/azure-llm-code-trace-2023.csv.gz', import.meta.url)),
  ).toString();
  const rows = text
    .trim()
    .split('\n')
    .slice(1, max + 1);
  const times = rows.map((row) => Date.parse(`${row.slice(0, 10)}T${row.slice(11, 23)}Z`));
  return rows.map((row, n) => {
    const [, input, output] = row.split(',').map(Number) as [number, number, number];
    const start_ms = times[n]! - times[0]!;
    const last = start_ms + 200 + input * MS_PER_INPUT_TOKEN + output * MS_PER_OUTPUT_TOKEN;
    return {
      run: `run-${Math.floor(start_ms / RUN_MS)}-${n % AGENTS}`,
      id: `call-${n}`,
      start_ms,
      end_ms: Math.round(last),
      input_tokens: input,
      output_tokens: output,
    };
  });
}

/** What happens, in the order of the trace: what falls within a quarter of a second all at once. */
export function slices(calls: TracedCall[]): { at_ms: number; starts: TracedCall[]; ends: TracedCall[] }[] {
  const all = new Map<number, { at_ms: number; starts: TracedCall[]; ends: TracedCall[] }>();
  const at = (ms: number) => {
    const at_ms = Math.floor(ms / SLICE_MS) * SLICE_MS;
    if (!all.has(at_ms)) all.set(at_ms, { at_ms, starts: [], ends: [] });
    return all.get(at_ms)!;
  };
  for (const call of calls) {
    at(call.start_ms).starts.push(call);
    // A call ends after the slice in which it began.
    at(Math.max(call.end_ms, (Math.floor(call.start_ms / SLICE_MS) + 1) * SLICE_MS)).ends.push(call);
  }
  return [...all.values()].sort((a, b) => a.at_ms - b.at_ms);
}
