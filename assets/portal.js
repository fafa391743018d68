// What happens, as it happens, for a client: the list of what waits renews itself while nobody is in it; a request that changed while it
// was read says so, and shows what stands now when its reader asks. Everything here can also be had by loading the page again.
(() => {
  const { at, self } = document.body.dataset;
  if (at === undefined) return;

  const find = (selector, page = document) => page.querySelector(selector);
  const live = find('[data-live]');
  /** The page as the server sent it: times have other words in it by then. */
  let sent = live?.outerHTML;
  let newer = null;

  async function refresh() {
    const next = live && (await follower.pageAt(self));
    const there = next && find('[data-live]', next);
    if (!there || there.outerHTML === sent) return;
    const here = find('[data-live]');
    if (here.dataset.live === 'home') return updateHome(here, there, next.title);
    if (here.dataset.mark === there.dataset.mark) return updateSaid(here, there);
    turnOff(here);
    tell(there, 'This changed while you were reading – look again');
  }

  function updateHome(here, there, title) {
    if (here.contains(document.activeElement)) return tell(there, 'Something changed here – show it');
    show(here, there);
    document.title = title;
  }

  /** What was said is no part of what is decided on, and nobody types in it. */
  function updateSaid(here, there) {
    find('#said', here).replaceWith(find('#said', there));
  }

  function tell(there, words) {
    newer = there;
    const news = document.getElementById('news');
    news.textContent = words;
    news.hidden = false;
  }

  /** An answer to what is no longer there would not count. */
  function turnOff(article) {
    for (const button of article.querySelectorAll('.answer button')) {
      button.disabled = true;
      button.dataset.off = 'stale';
    }
  }

  function show(here, there) {
    sent = there.outerHTML;
    newer = null;
    document.getElementById('news').hidden = true;
    here.replaceWith(there);
  }

  document.addEventListener('click', ({ target }) => {
    if (target.id !== 'news' || !newer) return;
    const [here, there] = [find('[data-live]'), newer];
    show(here, there);
    for (const typed of here.querySelectorAll('textarea')) {
      const field = find(`form[action="${typed.form.getAttribute('action')}"] textarea`, there);
      if (field) field.value = typed.value;
    }
    document.dispatchEvent(new Event('placet:swap'));
    const heading = find('h1', there);
    heading.tabIndex = -1;
    heading.focus();
  });

  // Not all that moves a request is told to clients: whoever comes back to the page sees how it stands.
  document.addEventListener('visibilitychange', () => document.hidden || follower.schedule());
  const follower = placetFollow('/portal/events', refresh);
})();
