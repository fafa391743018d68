// Verifies a stretch of the log in the browser: nothing that the server says of an entry is believed but its bytes. The
// construction is that of src/audit/entry.ts: leaf hash SHA-256(0x00 ‖ leaf), tip SHA-256(0x02 ‖ tip before ‖ leaf hash), payload
// hash SHA-256(salt ‖ payload), and before the first entry SHA-256('placet/log/v1\n' + log).
(() => {
  const section = document.getElementById('verify');
  if (!section) return;
  const form = section.querySelector('form');
  const result = section.querySelector('.verify-result');
  const bar = form.querySelector('progress');
  const stop = form.elements.namedItem('stop');
  const AT_ONCE = 200;
  let run = null;
  form.hidden = false;
  section.querySelector('.verify-without').hidden = true;

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    start(Number(form.elements.from.value), Number(form.elements.to.value));
  });
  form.elements.namedItem('whole').addEventListener('click', () => {
    form.elements.from.value = '0';
    form.elements.to.value = String(Number(section.dataset.size) - 1);
    start(0, Number(section.dataset.size) - 1);
  });
  stop.addEventListener('click', () => run?.abort());

  async function start(from, to) {
    run?.abort();
    const mine = (run = new AbortController());
    if (!globalThis.crypto?.subtle)
      return show('bad', 'This browser gives no cryptography here', 'WebCrypto needs https, or this very machine.');
    if (!(from <= to)) return show('bad', 'There is nothing to verify', 'The stretch ends before it begins.');
    stop.hidden = bar.hidden = false;
    bar.max = to - from + 1;
    bar.value = 0;
    result.replaceChildren();
    const anchor = form.elements.anchor.value.trim().toLowerCase();
    try {
      told(await verify(from, to, anchor, mine.signal), anchor);
    } catch (error) {
      if (mine.signal.aborted) show('wait', 'Stopped', `${bar.value} entries were good up to there.`);
      else if (error instanceof Bad) bad(error);
      else show('bad', 'Not verified: the entries could not be fetched', String(error.message ?? error));
    } finally {
      if (run === mine) stop.hidden = bar.hidden = true;
    }
  }

  /** An entry that is not what it says. */
  class Bad extends Error {
    constructor(seq, title, expected, found) {
      super(title);
      Object.assign(this, { seq, expected, found });
    }
  }

  async function verify(from, to, anchor, signal) {
    const log = section.dataset.log;
    let at = from;
    let tip = null;
    let anchored = null;
    while (at <= to) {
      const answer = await fetchStretch(at, Math.min(AT_ONCE, to - at + 1), signal);
      if (answer.log !== log) throw new Bad(at, `These are entries of another log, ${answer.log}`);
      if (tip === null)
        tip = at === 0 ? await sha256(text(`placet/log/v1\n${log}`)) : bytes(answer.previous_tip, at - 1);
      if (answer.entries.length === 0) throw new Bad(at, 'The entry is missing');
      for (const entry of answer.entries) {
        if (entry.seq !== at) throw new Bad(at, `Entry #${entry.seq} stands in its place`);
        tip = await verifyEntry(log, entry, tip);
        if (anchor && (entry.tip === anchor || entry.leaf_hash === anchor)) anchored = at;
        at++;
      }
      bar.value = at - from;
      // Lets the page breathe, and the button to stop be pressed.
      await new Promise((go) => setTimeout(go));
      if (signal.aborted) throw new Error('stopped');
    }
    return { from, to, tip: hex(tip), anchored };
  }

  async function fetchStretch(from, count, signal) {
    const response = await fetch(`/audit/stretch?from=${from}&count=${count}`, {
      headers: { 'placet-tenant': document.body.dataset.tenant },
      signal,
      redirect: 'error',
    });
    if (!response.ok || !/json/.test(response.headers.get('content-type') ?? ''))
      throw new Error(`The service answered ${response.status}. Are you still signed in?`);
    return response.json();
  }

  /** @returns the tip after the entry */
  async function verifyEntry(log, entry, before) {
    const { seq } = entry;
    const leafHash = await sha256(join(Uint8Array.of(0), utf8(entry.leaf, seq)));
    same(seq, 'The leaf is not what its hash says', entry.leaf_hash, leafHash);
    const leaf = parse(entry.leaf, seq);
    if (leaf.seq !== seq || leaf.log !== log) throw new Bad(seq, 'The leaf is that of another entry');
    const payload = await sha256(join(bytes(entry.salt, seq), utf8(entry.payload, seq)));
    same(seq, 'The payload, with its salt, is not what the leaf says', leaf.payload_hash, payload);
    const tip = await sha256(join(Uint8Array.of(2), before, leafHash));
    same(seq, 'The tip does not follow from the entries before', entry.tip, tip);
    return tip;
  }

  function same(seq, title, said, computed) {
    if (said !== hex(computed)) throw new Bad(seq, title, said, hex(computed));
  }

  function parse(leaf, seq) {
    try {
      return JSON.parse(leaf);
    } catch {
      throw new Bad(seq, 'The leaf is not JSON');
    }
  }

  const encoder = new TextEncoder();
  const text = (string) => encoder.encode(string);
  /** Lone surrogates have no UTF-8, and would be hashed as something else. */
  function utf8(string, seq) {
    if (string.isWellFormed?.() === false) throw new Bad(seq, 'It holds what is no text');
    return text(string);
  }
  const hex = (array) => Array.from(array, (byte) => byte.toString(16).padStart(2, '0')).join('');

  function bytes(string, seq) {
    if (!/^([0-9a-f]{2})*$/.test(string ?? '') || !string) throw new Bad(seq, 'A hash or salt of it is missing');
    return Uint8Array.from(string.match(/../g), (pair) => Number.parseInt(pair, 16));
  }

  function join(...parts) {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  async function sha256(data) {
    return new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  }

  // What is told is built as text, never as HTML: entries are foreign.

  function told({ from, to, tip, anchored }, anchor) {
    const count = (to - from + 1).toLocaleString();
    const reach = from === 0 ? 'from the first entry on' : `starting from the tip that #${from - 1} says`;
    const fits = `${count} entries follow from one another, ${reach}. The tip after #${to} is ${tip}.`;
    if (!anchor)
      return show(
        'good',
        `#${from} to #${to}: every hash is right`,
        `${fits} Compare it with one that you kept: only that shows that nobody rewrote all of it.`,
      );
    if (anchored === null)
      return show('bad', 'The hash that you kept is not here', `${fits} But your hash is of none of them.`);
    show('good', `#${from} to #${to}: every hash is right, and yours is that of #${anchored}`, fits);
  }

  function bad({ seq, message, expected, found }) {
    const more = expected ? `It says ${expected}; computed here it is ${found}.` : '';
    const box = show('bad', `#${seq} is bad: ${message}`, more);
    const link = document.createElement('a');
    link.href = `/audit/${seq}`;
    link.textContent = `See entry #${seq}`;
    box.append(link);
  }

  function show(tone, title, words) {
    const box = document.createElement('div');
    box.className = `notice notice-${tone}`;
    const inner = document.createElement('div');
    const head = document.createElement('p');
    head.className = 'notice-title';
    head.textContent = title;
    const body = document.createElement('p');
    body.className = 'foreign';
    body.textContent = words;
    inner.append(head, body);
    box.append(inner);
    result.replaceChildren(box);
    return inner;
  }
})();
