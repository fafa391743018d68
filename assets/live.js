// What happens, as it happens: follows the events of the tenant and brings the page up to date, without moving what has focus and without
// losing what is being typed. One tab of a browser follows, and tells the others. Everything here can also be had by loading the page again.
(() => {
  const { at, tenant } = document.body.dataset;
  if (at === undefined) return;
  /** Where the page is now: assets/inbox.js goes from one to the next without loading another. */
  const shown = () => document.body.dataset;
  const QUIET_MS_MAX = 45_000; // The server says something every 15 seconds.
  const REFRESH_MS_MIN = 1500;
  const HIDDEN_REFRESH_MS_MIN = 15_000;
  const KEPT_MAX = 500;

  /* Following */

  let position = Number(at);
  let stopping = new AbortController();
  const recent = []; // What the tab that follows has told, for a tab that comes while it does.
  const told = new Set();
  const channel = new BroadcastChannel(`placet ${tenant}`);

  channel.onmessage = ({ data }) => {
    if (data.events) data.events.forEach(take);
    if (data.state) showConnection(data.state);
    if (data.since !== undefined && recent.length > 0)
      channel.postMessage({ events: recent.filter(({ seq }) => seq > data.since) });
  };

  function take(event) {
    if (told.has(event.seq) || event.seq <= Number(shown().at)) return;
    told.add(event.seq);
    if (told.size > 2 * KEPT_MAX) told.delete(told.values().next().value);
    position = Math.max(position, event.seq);
    schedule();
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
    channel.postMessage({ since: position });
    // Browsers open six connections to a host: as many tabs would leave none for the pages.
    if (navigator.locks)
      navigator.locks.request(`placet ${tenant}`, { signal }, () => followOn(signal)).catch(() => {});
    else followOn(signal);
  }

  async function followOn(signal) {
    for (let failures = 0; !signal.aborted; failures++) {
      const outcome = await follow(signal).catch(() => 'failed');
      if (signal.aborted) return;
      if (outcome === 'ended') failures = -1;
      if (outcome === 'lost') {
        position = -1; // From now on; what was missed is in the page that is fetched.
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
    const url = position >= 0 ? `/events?after=${position}` : '/events';
    let timer = setTimeout(() => quiet.abort(), QUIET_MS_MAX);
    try {
      const response = await fetch(url, { cache: 'no-store', signal: AbortSignal.any([signal, quiet.signal]) });
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
    const seq = Number(field('id') ?? Number.NaN);
    const data = field('data');
    if (data) publish({ seq, ...JSON.parse(data) });
    if (seq > position) position = seq;
  }

  /* Connection */

  let state = 'online';

  function tellConnection(next) {
    if (next === state) return;
    channel.postMessage({ state: next });
    showConnection(next);
  }

  function showConnection(next) {
    const wasAway = state !== 'online';
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
  }

  document.addEventListener('submit', (event) => {
    if (state !== 'online' && event.target.method === 'post') event.preventDefault();
  });
  window.addEventListener('offline', () => tellConnection('offline'));
  window.addEventListener('online', restart);

  function restart() {
    stopping.abort();
    start();
  }

  /* Bringing the page up to date */

  const has = (selector) => document.querySelector(selector) !== null;
  const isInbox = has('#inbox');
  const isTicket = () => has('article.ticket');
  /** The parts as the server sent them: times have other words in the page by then. */
  const sent = new Map();
  let due = null;
  let last = 0;

  function keepSent(root) {
    sent.clear();
    for (const part of root.querySelectorAll('[data-part]')) sent.set(part.dataset.part, part.outerHTML);
  }
  keepSent(document);

  // Before anyone else changes what came.
  document.addEventListener('placet:arrive', ({ detail: { next, isList } }) => {
    keepSent(document);
    newer = null;
    if (isList) dropNews();
    updateFlags(next);
    if (state !== 'online') showConnection(state);
    // What happened between the answer and its showing.
    if (Number(shown().at) < position) schedule();
  });

  function schedule() {
    if (due !== null) return;
    const pause = document.hidden ? HIDDEN_REFRESH_MS_MIN : REFRESH_MS_MIN;
    due = setTimeout(refresh, Math.max(150, last + pause - performance.now()));
  }

  async function refresh() {
    last = performance.now();
    try {
      const { self } = shown();
      const url = isInbox || isTicket() ? self : '/events/flags';
      const response = await fetch(url, { headers: { 'placet-background': 'yes' }, cache: 'no-store' });
      if (response.redirected && new URL(response.url).pathname === '/sign-in') return tellConnection('signed-out');
      if (!response.ok) return;
      const next = new DOMParser().parseFromString(await response.text(), 'text/html');
      updateFlags(next);
      // Of the page before, whoever looks has gone on: what came with the one that is shown is as new.
      if (self === shown().self) {
        if (isInbox) updateList(next);
        if (isTicket()) await updateTicket(next);
      }
      if (state !== 'online') showConnection(state);
      document.dispatchEvent(new Event('placet:swap'));
    } catch {
      // No connection: followOn finds it out by itself, and asks for another refresh when there is one.
    } finally {
      due = null;
    }
  }

  const holdsFocus = (element) => element.contains(document.activeElement);

  function updateFlags(next) {
    const [here, there] = [document, next].map((page) => page.getElementById('red-flags'));
    if (!here || !there || holdsFocus(here)) return;
    here.replaceWith(there);
    document.title = document.title.replace(/^(\(\d+\) )?/, next.title.match(/^\(\d+\) /)?.[0] ?? '');
    announceFlags();
  }

  /** Each flag is announced once in a browser, on whatever page it is seen first. */
  function announceFlags() {
    const flags = [...document.querySelectorAll('#red-flags [data-flag]')];
    const known = (localStorage.getItem('placet-flags') ?? '').split(' ');
    const fresh = flags.filter((flag) => !known.includes(flag.dataset.flag));
    localStorage.setItem('placet-flags', flags.map((flag) => flag.dataset.flag).join(' '));
    if (fresh.length === 0) return;
    const words = fresh.map(
      (flag) => flag.querySelector('.flag-kind').textContent + ', ' + flag.querySelector('.flag-what').textContent,
    );
    document.getElementById('flag-news').textContent =
      `${fresh.length === 1 ? 'New red flag' : `${fresh.length} new red flags`}: ${words.join('; ')}`;
  }

  const rowIds = (page) => [...page.querySelectorAll('#rows [data-row]')].map((row) => row.dataset.row);
  let waiting = null;

  function updateList(next) {
    const list = document.querySelector('.list');
    const counts = [...next.querySelectorAll('.views .count')];
    for (const [i, count] of [...document.querySelectorAll('.views .count')].entries())
      if (counts[i]) count.textContent = counts[i].textContent;
    const [here, there] = [rowIds(document), rowIds(next)];
    const isHeld =
      holdsFocus(list.querySelector('.list-body')) ||
      list.querySelector('.list-body').matches(':hover') ||
      has('#rows input:checked');
    if (!isHeld) return showRows(next);
    waiting = next;
    const added = there.filter((id) => !here.includes(id)).length;
    for (const row of document.querySelectorAll('#rows .row')) {
      const id = row.querySelector('[data-row]').dataset.row;
      row.classList.toggle('row-gone', !there.includes(id));
    }
    const news = document.getElementById('news');
    news.hidden = added === 0 && there.length === here.length;
    news.textContent =
      added > 0 ? `${added} new ${added === 1 ? 'ticket' : 'tickets'} – show` : 'The list has changed – show';
  }

  function dropNews() {
    waiting = null;
    document.getElementById('news').hidden = true;
  }

  function showRows(next) {
    dropNews();
    document.querySelector('.list-body').replaceWith(next.querySelector('.list-body'));
  }

  document.addEventListener('click', (event) => {
    if (event.target.id === 'news' && waiting) {
      const here = rowIds(document);
      showRows(waiting);
      document.dispatchEvent(new Event('placet:swap'));
      const first = [...document.querySelectorAll('#rows [data-row]')].find((row) => !here.includes(row.dataset.row));
      (first ?? document.querySelector('#rows [data-row]'))?.focus();
    }
    if (event.target.closest?.('[data-go-on]')) {
      event.preventDefault();
      goOn();
    }
  });

  let newer = null;

  async function updateTicket(next) {
    const [here, there] = [document, next].map((page) => page.querySelector('article.ticket'));
    if (!there || here.dataset.ticket !== there.dataset.ticket) return;
    if (here.dataset.revision !== there.dataset.revision) return showRevision(here, there);
    for (const part of there.querySelectorAll('[data-part]')) {
      const name = part.dataset.part;
      const old = here.querySelector(`[data-part="${name}"]`);
      if (!old || sent.get(name) === part.outerHTML) continue;
      if (name === 'bar' ? isWriting(old) : holdsFocus(old)) {
        if (name === 'bar' && here.dataset.state !== there.dataset.state) showDecided(here, there);
        continue;
      }
      swapPart(old, part);
    }
  }

  function swapPart(old, part) {
    sent.set(part.dataset.part, part.outerHTML);
    for (const details of part.querySelectorAll('details[id]')) {
      const before = document.getElementById(details.id);
      if (before) details.open = before.open;
    }
    old.replaceWith(part);
  }

  const isWriting = (bar) =>
    holdsFocus(bar) || [...bar.querySelectorAll('textarea')].some((text) => text.value !== text.defaultValue);

  /** A new revision: nothing can be decided on the old one, and what changed is laid open. */
  async function showRevision(here, there) {
    newer = there;
    if (here.dataset.newer === there.dataset.revision) return;
    here.dataset.newer = there.dataset.revision;
    turnOff(here);
    tellInBar(
      here,
      `Revision ${there.dataset.revision} came in. Approve is off: this page shows revision ${here.dataset.revision}.`,
      true,
    );
    const response = await fetch(`/tickets/${encodeURIComponent(here.dataset.ticket)}?seen=${here.dataset.revision}`, {
      headers: { 'placet-background': 'yes' },
    });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const changed = page.getElementById('changed');
    if (!changed) return;
    document.getElementById('changed')?.remove();
    here.querySelector('.ticket-head').after(changed);
    changed.scrollIntoView({ block: 'nearest' });
  }

  /** Somebody was faster, while a comment is being written. */
  function showDecided(here, there) {
    newer = there;
    turnOff(here);
    tellInBar(
      here,
      `Meanwhile this ticket became ${there.dataset.state.replaceAll('_', ' ')}. What you wrote is kept.`,
      true,
    );
  }

  function turnOff(article) {
    for (const button of article.querySelectorAll('#verdict button')) {
      button.disabled = true;
      button.dataset.off = 'stale';
    }
  }

  function tellInBar(article, words, canGoOn) {
    const bar = article.querySelector('.bar');
    bar.querySelector('.bar-news')?.remove();
    const line = document.createElement('p');
    line.className = 'bar-news';
    line.setAttribute('role', 'alert');
    line.append(words, ' ');
    if (canGoOn) {
      const button = document.createElement('button');
      button.type = 'button';
      button.dataset.goOn = '';
      button.textContent = 'Go on with what stands now';
      line.append(button);
    }
    bar.prepend(line);
  }

  /** Takes the ticket as it is now, with what was typed. */
  function goOn() {
    const here = document.querySelector('article.ticket');
    const typed = here.querySelector('#verdict textarea[name="comment"]')?.value ?? '';
    const changed = document.getElementById('changed');
    here.replaceWith(newer);
    if (changed) newer.querySelector('.ticket-head').after(changed);
    keepSent(newer);
    const comment = newer.querySelector('#verdict textarea[name="comment"]');
    if (comment) {
      comment.value = typed;
      comment.focus();
    } else if (typed) {
      const said = newer.querySelector('.say textarea');
      if (said) said.value = typed;
    }
    document.dispatchEvent(new Event('placet:swap'));
  }

  setTimeout(announceFlags, 400);
  start();
  window.addEventListener('pagehide', () => stopping.abort());
  window.addEventListener('pageshow', (event) => event.persisted && (restart(), schedule()));
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || due === null) return;
    clearTimeout(due);
    due = null;
    schedule();
  });
})();
