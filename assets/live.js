// What happens, as it happens: brings the page up to date with what follow.js tells of, without moving what has focus and without losing
// what is being typed. Everything here can also be had by loading the page again.
(() => {
  if (document.body.dataset.at === undefined) return;

  const has = (selector) => document.querySelector(selector) !== null;
  const isInbox = has('#inbox');
  const isTicket = () => has('article.ticket');
  /** The parts as the server sent them: times have other words in the page by then. */
  const sent = new Map();

  function keepSent(root) {
    sent.clear();
    for (const part of root.querySelectorAll('[data-part]')) sent.set(part.dataset.part, part.outerHTML);
  }
  keepSent(document);

  // assets/inbox.js has gone to another page; before anyone else changes what came.
  document.addEventListener('placet:arrive', ({ detail: { next, isList } }) => {
    keepSent(document);
    newer = null;
    if (isList) dropNews();
    updateFlags(next);
    follower.arrive();
  });

  /** @param isHere whether anything happened in this page's tenant: elsewhere it shows as a red flag at most, unless the list is of all */
  async function refresh(isHere) {
    const { self } = document.body.dataset;
    const all = (isHere || has('#inbox[data-across]')) && (isInbox || isTicket());
    const next = await follower.pageAt(all ? self : '/events/flags');
    if (!next) return;
    updateFlags(next);
    // Of the page before, whoever looks has gone on: what came with the one that is shown is as new.
    if (!all || self !== document.body.dataset.self) return;
    if (isInbox) updateList(next);
    if (isTicket()) await updateTicket(next);
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

  function isTouched(field) {
    if (field.options) {
      const asSent = [...field.options].find((option) => option.defaultSelected) ?? field.options[0];
      return field.value !== asSent?.value;
    }
    if (['checkbox', 'radio'].includes(field.type)) return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue;
  }

  const isWriting = (bar) =>
    holdsFocus(bar) || [...bar.querySelectorAll('textarea, select, input:not([type="hidden"])')].some(isTouched);

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
    const page = await follower.pageAt(
      `/tickets/${encodeURIComponent(here.dataset.ticket)}?seen=${here.dataset.revision}`,
    );
    const changed = page?.getElementById('changed');
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
    const [typedChanges, freshChanges] = [here, newer].map((article) => article.querySelector('#changes'));
    if (typedChanges && freshChanges) freshChanges.replaceWith(typedChanges);
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
  const follower = placetFollow('/events', refresh);
})();
