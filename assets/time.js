// Times in the viewer's zone, with the exact one on hover; timers that tick. The server's text stands where this does not run.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const formats = {
    full: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }),
    short: new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }),
    long: new Intl.DateTimeFormat(undefined, {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      hour: '2-digit',
      minute: '2-digit',
    }),
    day: new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' }),
    exact: new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' }),
  };

  function localise(root) {
    for (const time of root.querySelectorAll('time[datetime]:not([data-local])')) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      time.textContent = (formats[time.dataset.form] ?? formats.full).format(at);
      time.title = `${formats.exact.format(at)}\n${time.dateTime}`;
      time.dataset.local = '';
    }
    const name = root.querySelector('#zone');
    if (name) name.textContent = zone;
  }

  function span(seconds) {
    const minutes = Math.floor(Math.abs(seconds) / 60);
    if (minutes < 1) return 'under a minute';
    if (minutes < 60) return `${minutes} min`;
    const days = Math.floor(minutes / 1440);
    const hours = Math.floor((minutes % 1440) / 60);
    return days === 0 ? `${hours} h ${minutes % 60} min` : `${days} d ${hours} h`;
  }

  function tick() {
    for (const timer of document.querySelectorAll('.sla[data-due]')) {
      const left = (Date.parse(timer.dataset.due) - Date.now()) / 1000;
      const text = `${span(left)} ${left < 0 ? 'over' : 'left'}`;
      const words = timer.querySelector(':scope > span');
      if (words && words.textContent !== text) words.textContent = text;
      timer.classList.toggle('sla-late', left < 0);
      timer.classList.toggle('sla-soon', left >= 0 && left < 3600);
    }
  }

  localise(document);
  setInterval(tick, 20_000);
  document.addEventListener('placet:swap', () => {
    localise(document);
    tick();
  });
})();
