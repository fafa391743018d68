// What a page does beyond its links and forms: keys, filters that apply themselves, a second look before what is of high risk.
// Everything here can also be done without it.
(() => {
  const KEYS_OFF = 'placet-keys-off';
  const find = (selector) => document.querySelector(selector);
  const rows = () => [...document.querySelectorAll('#rows a[data-row]')];

  document.addEventListener('change', (event) => {
    const form = event.target.closest?.('form[data-autosubmit]');
    if (form) form.requestSubmit();
    if (event.target.id === 'keys-off') localStorage.setItem(KEYS_OFF, event.target.checked ? 'yes' : '');
    if (event.target.name === 'ticket') countSelected();
  });

  // A form goes out once: the second click of a double click would be told that someone was faster.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post' || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    if (needsConfirming(form, event.submitter)) {
      event.preventDefault();
      return confirmFirst(form, event.submitter);
    }
    form.dataset.sent = 'yes';
  });
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
    countSelected();
  });

  /* A tab stays in its tenant, wherever another tab has gone since */

  const { tenant } = document.body.dataset;
  const remember = () => tenant && localStorage.setItem('placet-tenant', tenant);
  const hasMoved = () => tenant && localStorage.getItem('placet-tenant') !== tenant;
  remember();
  window.addEventListener('pageshow', remember);
  window.addEventListener('focus', remember);

  for (const kind of ['click', 'auxclick'])
    document.addEventListener(
      kind,
      ({ target }) => {
        const link = target.closest?.('a[href^="/"]');
        if (!link || !hasMoved()) return;
        const url = new URL(link.href);
        if (!url.searchParams.has('tenant')) url.searchParams.set('tenant', tenant);
        link.href = url.href;
      },
      true,
    );
  document.addEventListener('submit', ({ target }) => {
    if (target.method !== 'get' || !hasMoved() || target.elements.tenant) return;
    const field = Object.assign(document.createElement('input'), { type: 'hidden', name: 'tenant', value: tenant });
    target.append(field);
  });

  /* What is of high risk */

  function needsConfirming(form, button) {
    const box = form.elements.confirmed;
    if (!box || box.checked) return false;
    // A button says which choice of its form is to be confirmed; an empty word: whatever it is.
    const choice = button?.dataset.confirm;
    if (choice !== undefined) return choice === '' || choice === form.elements.how?.value;
    return ['approve', 'resolve'].includes(button?.value);
  }

  function confirmFirst(form, button) {
    const dialog = find('#confirm');
    dialog.querySelector('#confirm-title').textContent = `${button.textContent.trim()}?`;
    dialog.querySelector('#confirm-what').textContent = form.dataset.summary ?? '';
    dialog.returnValue = '';
    dialog.onclose = () => {
      if (dialog.returnValue !== 'yes') return button.focus();
      form.elements.confirmed.checked = true;
      form.requestSubmit(button);
    };
    dialog.showModal();
  }

  /* Several at once */

  function countSelected() {
    const bar = find('#bulk');
    if (!bar) return;
    const boxes = [...document.querySelectorAll('#rows input[name="ticket"]')];
    const chosen = boxes.filter((box) => box.checked);
    const shape = chosen[0]?.dataset.shape;
    for (const box of boxes) box.disabled = shape !== undefined && box.dataset.shape !== shape;
    bar.classList.toggle('bulk-on', chosen.length > 0);
    const count = bar.querySelector('#bulk-count');
    count.textContent = chosen.length === 0 ? '' : `${chosen.length} selected`;
  }
  document.addEventListener('placet:swap', countSelected);

  /* As many rows of a form as are needed */

  document.addEventListener('click', (event) => {
    const adder = event.target.closest?.('[data-adds]');
    const remover = event.target.closest?.('[data-removes]');
    if (adder) {
      // Without scripts the button sends the form, and comes back with more rows.
      event.preventDefault();
      addRow(document.getElementById(adder.dataset.adds));
    }
    if (remover) removeRow(remover.closest('li'));
  });

  function addRow(template) {
    const list = template.previousElementSibling;
    const row = template.content.firstElementChild.cloneNode(true);
    const numbers = [...list.querySelectorAll('select')].map(({ name }) => Number(name.split('.')[1]));
    const next = Math.max(-1, ...numbers) + 1;
    for (const field of row.querySelectorAll('[name]')) field.name = field.name.replace('.N.', `.${next}.`);
    list.append(row);
    showScripted();
    renumber(list);
    row.querySelector('select').focus();
  }

  function removeRow(row) {
    const list = row.parentElement;
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    renumber(list);
    near.querySelector('[data-removes]').focus();
  }

  function renumber(list) {
    const rows = [...list.children];
    for (const [i, row] of rows.entries()) {
      row.querySelector('legend').textContent = `Change ${i + 1}`;
      row.querySelector('[data-removes]').disabled = rows.length === 1;
    }
    list.parentElement.querySelector('[data-adds]').disabled = rows.length >= Number(list.dataset.max);
  }

  /* Searching a difference */

  function showScripted() {
    document.querySelectorAll('[data-scripted]').forEach((part) => (part.hidden = false));
    // The first button that sends a form is the one that Enter presses: a row that is added is not what is meant by it.
    document.querySelectorAll('[data-adds]').forEach((button) => (button.type = 'button'));
  }
  showScripted();
  document.addEventListener('placet:swap', showScripted);
  document.addEventListener('input', ({ target }) => {
    if (target.dataset.search === undefined) return;
    const wanted = target.value.trim().toLowerCase();
    for (const part of target.closest('.json').querySelectorAll(target.dataset.search))
      part.hidden = !part.textContent.toLowerCase().includes(wanted);
  });

  /* Keys */

  document.addEventListener('keydown', (event) => {
    const menu = event.target.closest?.('details.menu[open]');
    if (event.key === 'Escape' && menu) {
      menu.open = false;
      menu.querySelector('summary').focus();
      return;
    }
    const typing = event.target.closest?.('textarea, select, dialog, input:not([type="checkbox"], [type="radio"])');
    if (event.key === 'Escape' && typing && !typing.matches('dialog')) return leave(typing);
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.matches?.('textarea'))
      return send(event);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === '?') return openHelp();
    if (localStorage.getItem(KEYS_OFF)) return;
    // A key that is held down decides nothing.
    if (event.repeat && !'jk'.includes(event.key)) return;
    const act = ACTIONS[event.key];
    if (act?.() === true) event.preventDefault();
  });

  const ACTIONS = {
    j: () => move(1),
    k: () => move(-1),
    x: select,
    a: () => press('a'),
    r: () => press('r'),
    c: openChanges,
    '/': openFilters,
    Escape: () => focus('#rows a[aria-current]') || focus('#rows a') || focus('a.to-list-always'),
  };

  function move(by) {
    const all = rows();
    if (all.length === 0) return false;
    const focused = all.findIndex((row) => row.closest('.row').contains(document.activeElement));
    const at = focused === -1 ? all.findIndex((row) => row.hasAttribute('aria-current')) : focused;
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
    return true;
  }

  function select() {
    const box = document.activeElement?.closest?.('.row')?.querySelector('input[name="ticket"]');
    if (!box || box.disabled) return false;
    box.click();
    return true;
  }

  /** Presses the button of that key; one that needs a reason sends you to write it first. */
  function press(key) {
    const button = find(`#verdict [data-key="${key}"]:not(:disabled)`);
    if (!button) return false;
    const comment = button.form.elements.comment;
    if (button.dataset.reason !== undefined && comment && comment.value.trim() === '') {
      comment.dataset.for = button.value;
      comment.placeholder = `Why? Ctrl+Enter: ${button.textContent.trim()}`;
      comment.focus();
      return true;
    }
    button.form.requestSubmit(button);
    return true;
  }

  function send(event) {
    const { form } = event.target;
    const meant = event.target.dataset.for;
    const button = meant
      ? form.querySelector(`[name="verdict"][value="${meant}"]:not(:disabled)`)
      : form.querySelector('[data-send]');
    if (!button) return;
    event.preventDefault();
    form.requestSubmit(button);
  }

  function openChanges() {
    const part = find('#changes');
    if (!part) return false;
    part.open = true;
    part.scrollIntoView({ block: 'nearest' });
    part.querySelector('select, textarea')?.focus();
    return true;
  }

  function openFilters() {
    const search = find('#filters');
    if (search?.parentElement.matches('details')) search.parentElement.open = true;
    return focus('.filters select') || focus('#filters');
  }

  function leave(field) {
    field.blur();
    const row = field.closest('.bar, .detail') && find('#rows a[aria-current]');
    row?.focus();
  }

  function focus(selector) {
    const target = find(selector);
    target?.focus();
    return target !== null;
  }

  function openHelp() {
    const help = find('#keys');
    if (!help) return;
    help.querySelector('#keys-off').checked = Boolean(localStorage.getItem(KEYS_OFF));
    help.showModal();
  }
})();
