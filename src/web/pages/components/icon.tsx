/** A few line icons, 16 × 16, drawn in the colour of the text. They never stand alone: a word is always beside them. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

const PATHS = {
  flag: 'M3.5 14.5v-12M3.5 3h8.2l-1.9 3 1.9 3H3.5',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.6V8l2.4 1.6',
  check: 'M3 8.6l3.2 3.2L13 4.8',
  cross: 'M4 4l8 8M12 4l-8 8',
  edit: 'M3 13l.7-2.9 7.2-7.2 2.2 2.2-7.2 7.2L3 13zM9.6 4.2l2.2 2.2',
  loop: 'M13 8a5 5 0 1 1-1.5-3.6M13 2.5v2.4h-2.4',
  money:
    'M8 1.8v12.4M11 4.6C10.4 3.7 9.3 3.3 8 3.3c-1.700 0-3 .9-3 2.2 0 3 6.100 1.700 6.100 4.800 0 1.400-1.300 2.400-3.100 2.400-1.500 0-2.700-.5-3.200-1.500',
  person: 'M8 8a2.8 2.8 0 1 0 0-5.600A2.8 2.8 0 0 0 8 8zM2.8 14c.5-2.600 2.600-4 5.200-4s4.700 1.400 5.200 4',
  lock: 'M4.500 7.200V5.300a3.500 3.500 0 0 1 7 0v1.900M3.500 7.200h9v6.300h-9z',
  key: 'M6.500 9.500a3.200 3.200 0 1 0-3.200-3.200 3.200 3.200 0 0 0 3.200 3.200zM8.800 8.600L13.500 13.300M11.300 11.100l1.500-1.500',
  empty: 'M2.500 9.500l2-6h7l2 6v3.500h-11zM2.500 9.500h3.200l.8 1.700h3l.8-1.700h3.200',
  back: 'M9.500 3.500L5 8l4.500 4.500',
  warn: 'M8 2.500l6 11H2zM8 6.500v3.500M8 11.600v.4',
  theme: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 2v12',
} as const;
