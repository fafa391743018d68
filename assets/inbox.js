// Goes from one page of the inbox to the next without loading another: fetches it, and puts its list and its ticket where the old ones
// were. Addresses, history and what the server renders are as they are without this script, which steps aside where anything is unusual.
(() => {
  const BUSY_AFTER_MS = 150;
  const AHEAD_AFTER_MS = 80;
  const AHEAD_MS_MAX = 5000;

  /** A page of this one's tenant, where its address names none and another tab has gone elsewhere. */
  const OWN = { accept: 'text/html', 'placet-tenant': document.body.dataset.tenant };

  const inbox = document.getElementById('inbox');
  const list = inbox.querySelector('.list');
  const detail = document.getElementById('detail');
  const find = (selector) => document.querySelector(selector);

  /* Going */

  const isInbox = (url) => url.origin === location.origin && url.pathname === '/inbox' && url.hash === '';
  const addressOf = ({ pathname, search }) => pathname + search;

  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href]');
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || event.defaultPrevented || link.target || !isInbox(new URL(link.href))) return;
    event.preventDefault();
    void go(new URL(link.href));
  });

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'get' || event.defaultPrevented || !isInbox(new URL(form.action))) return;
    event.preventDefault();
    const url = new URL(form.action);
    for (const [name, value] of new FormData(form)) if (value !== '') url.searchParams.set(name, value);
    void go(url);
  });

  window.addEventListener('popstate', () => {
    const url = new URL(location.href);
    under?.abort();
    // Only the fragment is another one, or what was on its way is not wanted any more.
    if (addressOf(url) === document.body.dataset.self) return showBusy(false);
    void go(url, true);
  });

  let under = null;

  /** @param isBack the browser has the address already: from its history */
  async function go(url, isBack = false) {
    keepDrafts();
    keepPlace();
    under?.abort();
    under = new AbortController();
    const { signal } = under;
    const slow = setTimeout(showBusy, BUSY_AFTER_MS, true);
    find('#not-loaded').hidden = true;
    try {
      const { response, text } = await (takeAhead(url) ?? load(url, { signal }));
      if (signal.aborted) return;
      const next = new DOMParser().parseFromString(text, 'text/html');
      if (response.ok && !response.redirected && isAlike(next)) arrive(url, next, isBack);
      // Signed out, refused, in another tenant, of a newer version: the browser shows what it gets.
      else if (isBack) location.reload();
      else location.assign(url);
    } catch {
      if (!signal.aborted) showFailure(url);
    } finally {
      clearTimeout(slow);
      if (under?.signal === signal) showBusy(false);
    }
  }

  async function load(url, init) {
    const response = await fetch(url, { ...init, headers: { ...OWN, ...init.headers } });
    return { response, text: await response.text() };
  }

  /** Is it a page that this one can become: of the same tenant, with the same styles and scripts? */
  function isAlike(next) {
    const filesOf = (page) =>
      [...page.querySelectorAll('link[rel="stylesheet"], script[src]')]
        .map((one) => one.getAttribute('href') ?? one.getAttribute('src'))
        .join(' ');
    return (
      next.getElementById('inbox') !== null &&
      next.body.dataset.tenant === document.body.dataset.tenant &&
      filesOf(next) === filesOf(document)
    );
  }

  /* Arriving */

  /** What of an address makes another list, and not another ticket beside it. */
  function listOf(address) {
    const query = new URL(address, location.origin).searchParams;
    // Nor in another tenant: a page of one is never put into a page of another.
    query.delete('tenant');
    query.delete('ticket');
    query.delete('done');
    query.sort();
    return query.toString();
  }

  function arrive(url, next, isBack) {
    const isList = listOf(document.body.dataset.self) !== listOf(url);
    const left = shownTicket();
    const focused = describeFocus();
    if (!isBack) {
      const isSame = url.href === location.href;
      history[isSame ? 'replaceState' : 'pushState']({ place: isSame ? place : newPlace() }, '', url);
    }
    place = history.state?.place ?? null;
    document.title = next.title;
    for (const name of ['self', 'at']) document.body.dataset[name] = next.body.dataset[name];
    for (const selector of ['.top input[name="back"]', '#bulk input[name="back"]']) takeValues(next, selector);
    const there = next.getElementById('detail');
    detail.setAttribute('aria-label', there.getAttribute('aria-label'));
    detail.replaceChildren(...there.childNodes);
    const come = next.getElementById('inbox');
    inbox.className = come.className;
    inbox.toggleAttribute('data-across', come.hasAttribute('data-across'));
    const ticket = shownTicket();
    if (isList) showList(next);
    for (const row of document.querySelectorAll('#rows a[data-row]'))
      if (row.dataset.row === rowOf(ticket)) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
    restoreDrafts();
    moveFocus({ focused, ticket, left, isList });
    document.dispatchEvent(new CustomEvent('placet:arrive', { detail: { next, isList } }));
    document.dispatchEvent(new Event('placet:swap'));
    restorePlace(isBack, isList);
  }

  function takeValues(next, selector) {
    const values = [...next.querySelectorAll(selector)];
    for (const [i, field] of document.querySelectorAll(selector).entries())
      if (values[i]) field.value = values[i].value;
  }

  function showList(next) {
    const wasOpen = list.querySelector('.filters').open;
    for (const part of ['.list-head', '.list-body'])
      list.querySelector(part).replaceWith(next.querySelector(`.list ${part}`));
    if (wasOpen) list.querySelector('.filters').open = true;
    const count = document.querySelectorAll('#rows [data-row]').length;
    const view = list.querySelector('.views [aria-current]')?.firstChild.textContent.trim() ?? '';
    tell(`${view}: ${count === 1 ? '1 ticket' : `${count} tickets`} on this page.`);
  }

  /** A ticket as its row is named: with its tenant where the list is of all. */
  const rowOf = (ticket) =>
    ticket && inbox.hasAttribute('data-across') ? `${document.body.dataset.tenant}/${ticket}` : ticket;
  const shownTicket = () => detail.querySelector('article.ticket')?.dataset.ticket;

  /** Where the focus is, in words that find the same place in another page. */
  function describeFocus() {
    const at = document.activeElement;
    if (!list.contains(at)) return null;
    if (at.closest('.views')) return '.views [aria-current]';
    if (at.name && at.closest('.filters')) return `.filters [name="${CSS.escape(at.name)}"]`;
    if (at.id) return `#${CSS.escape(at.id)}`;
    return at.closest('.filters') ? '#filters' : '#rows a[data-row]';
  }

  /** To the ticket that was opened, or back to the row that it was opened from; else it stays where it was. */
  function moveFocus({ focused, ticket, left, isList }) {
    if (ticket && ticket !== left) return detail.focus({ preventScroll: true });
    const row = left && !ticket && !isList ? `#rows [data-row="${CSS.escape(rowOf(left))}"]` : null;
    const target = (row && find(row)) ?? (isList && focused && find(focused)) ?? null;
    if (target) target.focus({ preventScroll: !row });
    else if (document.activeElement === document.body) find('#rows a[data-row]')?.focus({ preventScroll: true });
  }

  /* Where each page of the history was scrolled to */

  const places = new Map();
  let placesMade = 0;
  const newPlace = () => `${performance.timeOrigin} ${placesMade++}`;
  let place = history.state?.place ?? newPlace();
  history.replaceState({ ...history.state, place }, '');

  function keepPlace() {
    places.set(place, { list: list.scrollTop, detail: detail.scrollTop, window: scrollY });
  }

  function restorePlace(isBack, isList) {
    const kept = isBack ? places.get(place) : undefined;
    if (isList || kept) list.scrollTop = kept?.list ?? 0;
    detail.scrollTop = kept?.detail ?? 0;
    // On a phone the list and the ticket are pages of their own.
    scrollTo({ top: kept?.window ?? 0, behavior: 'instant' });
  }

  /* What is half written stays with its ticket, in this tab */

  const draftOf = (ticket) =>
    `placet-draft ${document.body.dataset.tenant} ${find('.menu-name')?.textContent} ${ticket}`;

  function fields() {
    const seen = new Map();
    return [...detail.querySelectorAll('textarea[name], input[type="text"][name]')].map((field) => {
      const name = `${field.form?.getAttribute('action')} ${field.name}`;
      seen.set(name, (seen.get(name) ?? 0) + 1);
      return { field, key: `${name} ${seen.get(name)}` };
    });
  }

  /** @param sent the form that is on its way: what is in it is no draft any more */
  function keepDrafts(sent) {
    const ticket = shownTicket();
    if (!ticket) return;
    const written = fields().filter(({ field }) => field.value !== field.defaultValue && field.form !== sent);
    if (written.length === 0) return sessionStorage.removeItem(draftOf(ticket));
    sessionStorage.setItem(draftOf(ticket), JSON.stringify(written.map(({ field, key }) => [key, field.value])));
    tell(`What you wrote on ${ticket} is kept for when you come back to it.`);
  }

  function restoreDrafts() {
    const ticket = shownTicket();
    const kept = ticket && sessionStorage.getItem(draftOf(ticket));
    if (!kept) return;
    const drafts = new Map(JSON.parse(kept));
    const back = fields().filter(({ field, key }) => drafts.has(key) && field.value === field.defaultValue);
    for (const { field, key } of back) {
      field.value = drafts.get(key);
      for (let part = field.closest('details'); part; part = part.parentElement.closest('details')) part.open = true;
    }
    if (back.length > 0) tell(`What you had written on ${ticket} is back.`);
  }

  document.addEventListener('submit', ({ target, defaultPrevented }) => {
    if (!defaultPrevented && target.method === 'post' && detail.contains(target)) sentForm = target;
  });
  let sentForm;
  window.addEventListener('pagehide', () => keepDrafts(sentForm));
  restoreDrafts();

  /* What is told */

  function tell(words) {
    find('#arrived').textContent = words;
  }

  function showBusy(isBusy) {
    if (isBusy) inbox.setAttribute('aria-busy', 'true');
    else inbox.removeAttribute('aria-busy');
  }

  function showFailure(url) {
    const told = find('#not-loaded');
    told.querySelector('a').href = url.href;
    told.hidden = false;
  }

  /* The ticket that somebody points at is fetched before they ask */

  let ahead = null;
  let pointing;

  for (const name of ['pointerover', 'focusin'])
    document.addEventListener(name, ({ target }) => {
      const row = target.closest?.('#rows a[data-row]');
      clearTimeout(pointing);
      if (row && !row.hasAttribute('aria-current') && !navigator.connection?.saveData)
        pointing = setTimeout(fetchAhead, AHEAD_AFTER_MS, row.href);
    });

  function fetchAhead(href) {
    if (ahead?.href === href && performance.now() - ahead.at < AHEAD_MS_MAX) return;
    // Marked as what pages do by themselves: it keeps nobody signed in.
    const page = load(href, { headers: { 'placet-background': 'yes' }, priority: 'low' });
    ahead = { href, at: performance.now(), page };
    page.catch(() => (ahead = null));
  }

  function takeAhead(url) {
    const taken = ahead?.href === url.href && performance.now() - ahead.at < AHEAD_MS_MAX ? ahead.page : null;
    ahead = null;
    return taken;
  }
})();
