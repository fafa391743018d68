// What a page does beyond its links and forms: keys, filters that apply themselves, and the word that the network is gone.
// Everything here can also be done without it.
(() => {
  const KEYS_OFF = 'placet-keys-off';
  const rows = () => [...document.querySelectorAll('#rows a[data-row]')];

  document.addEventListener('change', (event) => {
    const form = event.target.closest?.('form[data-autosubmit]');
    if (form) form.requestSubmit();
    if (event.target.id === 'keys-off') localStorage.setItem(KEYS_OFF, event.target.checked ? 'yes' : '');
  });

  // A form goes out once: the second click of a double click would be told that someone was faster.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post' || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = 'yes';
  });
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
  });

  for (const name of ['online', 'offline'])
    window.addEventListener(name, () => {
      document.getElementById('offline').hidden = navigator.onLine;
    });

  document.addEventListener('keydown', (event) => {
    const menu = event.target.closest?.('details.menu[open]');
    if (event.key === 'Escape' && menu) {
      menu.open = false;
      menu.querySelector('summary').focus();
      return;
    }
    const typing = event.target.closest?.('input, textarea, select, dialog');
    if (event.key === 'Escape' && typing && !typing.matches('dialog')) return event.target.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '?') return openHelp();
    if (localStorage.getItem(KEYS_OFF)) return;
    const act = ACTIONS[event.key];
    if (act?.() === true) event.preventDefault();
  });

  const ACTIONS = {
    j: () => move(1),
    k: () => move(-1),
    a: () => focus('[data-key="a"]'),
    r: () => focus('[data-key="r"]'),
    c: () => focus('[data-key="c"]'),
    '/': () => focus('#filters'),
    Escape: () => focus('#rows a[aria-current], #rows a'),
  };

  function move(by) {
    const all = rows();
    if (all.length === 0) return false;
    const at = all.findIndex((row) => row === document.activeElement || row.getAttribute('aria-current'));
    const focused = all.indexOf(document.activeElement);
    const from = focused === -1 ? at : focused;
    all[Math.min(Math.max(from + by, 0), all.length - 1)].focus();
    return true;
  }

  function focus(selector) {
    const target = document.querySelector(selector);
    target?.focus();
    return target !== null;
  }

  function openHelp() {
    const help = document.getElementById('keys');
    if (!help) return;
    help.querySelector('#keys-off').checked = Boolean(localStorage.getItem(KEYS_OFF));
    help.showModal();
  }
})();
