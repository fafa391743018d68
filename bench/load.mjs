// Load generator, in a process of its own: `node load.mjs PLAN.json` prints one JSON result on standard output.
//
// A closed loop over raw keep-alive sockets: each connection has one request under way and sends the next when the reply is complete.
// Requests are written from prepared bytes, and only their random digits change, so that a request costs about 35 µs of CPU here, most of it
// in the kernel (autocannon: 45 to 80 µs): the generator shares the cores with what it measures. Replies are read whole and checked; anything but the expected answer fails the run.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const requests = plan.requests.map(prepare);
const random = xorshift(plan.seed);
const tally = { warm: 0, sent: 0, bad: 0, errors: 0, sample: undefined };
let latencies = new Float64Array(1 << 16);
let phase = 'warm-up';

/** Splits a request at its `########` marks, which stand for eight digits that are drawn anew each time. */
function prepare(text) {
  const bytes = Buffer.from(text, 'latin1');
  const marks = [];
  for (let at = bytes.indexOf('########'); at !== -1; at = bytes.indexOf('########', at + 8)) marks.push(at);
  return { bytes, marks };
}

function xorshift(seed) {
  let x = seed | 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

function open() {
  const out = Buffer.alloc(64 * 1024);
  let begun = 0;
  let pending = '';
  const socket = connect({
    host: plan.host,
    port: plan.port,
    noDelay: true,
    onread: { buffer: Buffer.alloc(64 * 1024), callback: (length, buffer) => (read(buffer, length), true) },
  });
  socket.on('connect', send);
  socket.on('error', lost);
  socket.on('close', lost);

  function send() {
    const { bytes, marks } = requests[random() % requests.length];
    bytes.copy(out);
    if (marks.length > 0) {
      let digits = random() % plan.variants;
      for (let i = 7; i >= 0; i--) {
        const digit = 48 + (digits % 10);
        digits = (digits / 10) | 0;
        for (const mark of marks) out[mark + i] = digit;
      }
    }
    begun = performance.now();
    socket.write(out.subarray(0, bytes.length));
  }

  function read(buffer, length) {
    pending = pending === '' ? buffer.latin1Slice(0, length) : pending + buffer.latin1Slice(0, length);
    if (!isComplete(pending)) return;
    record(performance.now() - begun, pending);
    pending = '';
    if (phase === 'done') socket.destroy();
    else send();
  }

  function lost(error) {
    if (phase === 'done') return;
    tally.errors++;
    tally.sample ??= String(error?.message ?? 'the connection was closed');
  }
  return socket;
}

/** True once the reply is complete, by its Content-Length or its last chunk. */
function isComplete(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const head = text.slice(0, end).toLowerCase();
  const at = head.indexOf('\r\ncontent-length:');
  if (at !== -1) return text.length >= end + 4 + Number.parseInt(head.slice(at + 17), 10);
  return text.endsWith('\r\n0\r\n\r\n');
}

function record(ms, reply) {
  const good = reply.startsWith('HTTP/1.1 200') && reply.includes(plan.expect);
  if (!good) {
    tally.bad++;
    tally.sample ??= reply.slice(0, 1000);
  }
  if (phase === 'warm-up') tally.warm++;
  if (phase !== 'measure') return;
  if (tally.sent === latencies.length) {
    const grown = new Float64Array(latencies.length * 2);
    grown.set(latencies);
    latencies = grown;
  }
  latencies[tally.sent++] = ms;
}

const after = (seconds) => new Promise((resume) => setTimeout(resume, seconds * 1000));
const sockets = Array.from({ length: plan.connections }, open);
await after(plan.warmup);
phase = 'measure';
process.send?.('measuring');
const cpu = process.cpuUsage();
const started = performance.now();
await after(plan.seconds);
phase = 'done';
const seconds = (performance.now() - started) / 1000;
const used = process.cpuUsage(cpu);
process.send?.('measured');
// A server that holds a reply back must not hold the run.
setTimeout(() => sockets.forEach((socket) => socket.destroy()), 2000).unref();

const sorted = latencies.subarray(0, tally.sent).sort();
const percentile = (p) => sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? null;
console.log(
  JSON.stringify({
    rate: tally.sent / seconds,
    p50: percentile(50),
    p90: percentile(90),
    p99: percentile(99),
    max: percentile(100),
    requests: tally.sent,
    warm: tally.warm,
    bad: tally.bad,
    errors: tally.errors,
    sample: tally.sample,
    generatorCpu: (used.user + used.system) / 1e6 / seconds,
  }),
);
process.disconnect?.();
