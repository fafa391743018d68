// Follows what happens in the tenants of a page for its script, and shows when that is not possible. One tab of a browser follows, and
// tells the others. What a page does about news is its own script's matter: it is asked to bring the page up to date, and told whether
// anything happened in the tenant of the page.
globalThis.placetFollow = (events, refresh) => {
  const { tenant, person } = document.body.dataset;
  const QUIET_MS_MAX = 45_000; // The server says something every 15 seconds.
  const REFRESH_MS_MIN = 1500;
  const HIDDEN_REFRESH_MS_MIN = 15_000;
  const KEPT_MAX = 500;
  /** Where the page is in the log of each tenant that its reader sees: assets/inbox.js goes on without loading another. */
  const shownPositions = () =>
    new Map(document.body.dataset.at.split(' ').map((part) => [part.split(':')[0], Number(part.split(':')[1])]));
  /** Not a person's click; and of this page's tenant, wherever another tab has gone since. */
  const headers = { 'placet-background': 'yes', 'placet-tenant': tenant };

  /* Following */

  let positions = shownPositions();
  let stopping = new AbortController();
  const recent = []; // What the tab that follows has told, for a tab that comes while it does.
  const told = new Set();
  // Tabs of somebody else, who was signed in before, are no business of these.
  const name = `placet ${person} ${[...positions.keys()].sort().join(' ')}`;
  const channel = new BroadcastChannel(name);

  channel.onmessage = ({ data }) => {
    if (data.events) data.events.forEach(take);
    if (data.state) showConnection(data.state);
    if (data.since !== undefined && recent.length > 0)
      channel.postMessage({ events: recent.filter((event) => event.seq > (data.since.get(event.tenant) ?? -1)) });
  };

  function take(event) {
    if (told.has(event.id) || event.seq <= (shownPositions().get(event.tenant) ?? -1)) return;
    told.add(event.id);
    if (told.size > 2 * KEPT_MAX) told.delete(told.values().next().value);
    reach(event.tenant, event.seq);
    schedule(event.tenant === tenant);
  }

  function reach(where, seq) {
    if (seq > (positions.get(where) ?? -1)) positions.set(where, seq);
  }

  function publish(event) {
    recent.push(event);
    if (recent.length > KEPT_MAX) recent.shift();
    channel.postMessage({ events: [event] });
    take(event);
  }

  function start() {
    stopping = new AbortController();
    const { signal } = stopping;
    channel.postMessage({ since: positions });
    // Browsers open six connections to a host: as many tabs would leave none for the pages.
    if (navigator.locks) navigator.locks.request(name, { signal }, () => followOn(signal)).catch(() => {});
    else followOn(signal);
  }

  async function followOn(signal) {
    for (let failures = 0; !signal.aborted; failures++) {
      const outcome = await follow(signal).catch(() => 'failed');
      if (signal.aborted) return;
      if (outcome === 'ended') failures = -1;
      if (outcome === 'lost') {
        positions = new Map(); // From now on; what was missed is in the page that is fetched.
        schedule();
      }
      if (outcome === 'signed-out') tellConnection('signed-out');
      // A server that is started anew is back within a second.
      if (outcome === 'failed' && failures > 0) tellConnection('offline');
      const ms = outcome === 'ended' ? 200 : Math.min(1000 * 2 ** Math.max(failures, 0), 15_000);
      await new Promise((resume) => setTimeout(resume, ms * (0.75 + Math.random() / 2)));
    }
  }

  /** @returns `ended`, or why there is nothing to follow. @throws when there is no connection */
  async function follow(signal) {
    const quiet = new AbortController();
    const after = [...positions].map((position) => position.join(':')).join(' ');
    const url = `${events}?after=${encodeURIComponent(after)}`;
    let timer = setTimeout(() => quiet.abort(), QUIET_MS_MAX);
    try {
      const response = await fetch(url, {
        headers,
        cache: 'no-store',
        signal: AbortSignal.any([signal, quiet.signal]),
      });
      if (response.status === 401 || response.status === 403) return 'signed-out';
      if (response.status === 400 || response.status === 410) return 'lost';
      if (!response.ok || !response.body) return 'failed';
      // A stream that was opened just before the connection went says nothing of the connection.
      if (navigator.onLine) tellConnection('online');
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return 'ended';
        clearTimeout(timer);
        timer = setTimeout(() => quiet.abort(), QUIET_MS_MAX);
        const parts = (text + value).split('\n\n');
        text = parts.pop();
        parts.forEach(readPart);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  function readPart(part) {
    const field = (name) => part.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1];
    const [where, seq] = (field('id') ?? '').split(':');
    const data = field('data');
    if (data) publish({ ...JSON.parse(data), seq: Number(seq) });
    if (seq) reach(where, Number(seq));
  }

  /* Connection */

  let state = 'online';
  /** Somebody else has signed in at this browser: nothing of this page can go on. */
  let isOver = false;

  /** @returns null, for who gets nothing else then */
  function tellConnection(next) {
    if (next === state) return null;
    channel.postMessage({ state: next });
    showConnection(next);
    return null;
  }

  function showConnection(wanted) {
    const next = isOver ? 'signed-out' : wanted;
    const [wasAway, isNews] = [state !== 'online', next !== state];
    state = next;
    document.getElementById('offline').hidden = next !== 'offline';
    document.getElementById('signed-out').hidden = next !== 'signed-out';
    for (const button of document.querySelectorAll('form[method="post"] button')) {
      if (next === 'online' && button.dataset.off === 'away') {
        button.disabled = false;
        delete button.dataset.off;
      } else if (next !== 'online' && !button.disabled) {
        button.disabled = true;
        button.dataset.off = 'away';
      }
    }
    if (wasAway && next === 'online') schedule();
    // A stream that was opened before may well go on; one that is opened anew tells when there is a session again.
    if (isNews && next === 'signed-out') restart();
  }

  document.addEventListener('submit', (event) => {
    if (state !== 'online' && event.target.method === 'post') event.preventDefault();
  });
  window.addEventListener('offline', () => tellConnection('offline'));
  window.addEventListener('online', restart);

  function restart() {
    stopping.abort();
    if (!isOver) start();
  }

  /* Bringing the page up to date */

  let due = null;
  let last = 0;
  let isHere = false;

  function schedule(here = true) {
    isHere ||= here;
    if (due !== null) return;
    const pause = document.hidden ? HIDDEN_REFRESH_MS_MIN : REFRESH_MS_MIN;
    due = setTimeout(bringUp, Math.max(150, last + pause - performance.now()));
  }

  async function bringUp() {
    last = performance.now();
    const here = isHere;
    isHere = false;
    try {
      await refresh(here);
      if (state !== 'online') showConnection(state);
      document.dispatchEvent(new Event('placet:swap'));
    } catch {
      // No connection: followOn finds it out by itself, and asks for another refresh when there is one.
    } finally {
      due = null;
    }
  }

  /** A page as the server has it now; null where nothing of it belongs on this one. */
  async function pageAt(url) {
    const response = await fetch(url, { headers, cache: 'no-store' });
    if (response.redirected && new URL(response.url).pathname === '/sign-in') return tellConnection('signed-out');
    if (!response.ok) return null;
    const next = new DOMParser().parseFromString(await response.text(), 'text/html');
    const now = next.body.dataset;
    // Somebody else has signed in since, or the same person elsewhere: this page is no longer of this session.
    if (now.tenant !== tenant || now.person !== person) {
      isOver = true;
      return tellConnection('signed-out');
    }
    // Whoever was signed out and is back has another session: what is typed here goes out in that one.
    const csrf = next.querySelector('[name="csrf"]')?.value;
    if (csrf) for (const field of document.querySelectorAll('[name="csrf"]')) field.value = csrf;
    return next;
  }

  start();
  window.addEventListener('pagehide', () => stopping.abort());
  window.addEventListener('pageshow', (event) => event.persisted && (restart(), schedule()));
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || due === null) return;
    clearTimeout(due);
    due = null;
    schedule();
  });
  /** The page has become another one. */
  function arrive() {
    if (state !== 'online') showConnection(state);
    // What happened between the answer and its showing.
    const shown = shownPositions();
    if ([...positions].some(([where, seq]) => seq > (shown.get(where) ?? -1))) schedule();
  }

  return { pageAt, schedule, arrive };
};
