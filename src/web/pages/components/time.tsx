/** A time. Without JavaScript in UTC; assets/time.js shows it in the viewer's zone, with the exact one on hover. */
export function Time({ at, form = 'full' }: { at: string; form?: 'full' | 'short' | 'relative' }) {
  return (
    <time datetime={at} data-form={form} title={at}>
      {form === 'short' ? at.slice(5, 16).replace('T', ' ') : `${at.slice(0, 16).replace('T', ' ')} UTC`}
    </time>
  );
}

/** A sentence of ours, its times as times. */
export function Told({ children }: { children: string }) {
  return (
    <>
      {children
        .split(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/)
        .map((part, i) => (i % 2 === 1 ? <Time at={part} /> : part))}
    </>
  );
}

/** How long, in at most two units: `2 d 3 h`, `45 min`. */
export function span(seconds: number): string {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  if (minutes < 1) return 'under a minute';
  if (minutes < 60) return `${minutes} min`;
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days === 0) return `${hours} h ${minutes % 60} min`;
  return `${days} d ${hours} h`;
}
