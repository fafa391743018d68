// Scales of pictures, and how numbers are written into SVG.

/** A round number that is not below, such that its half is one too. */
export function niceMax(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((one) => one >= value * 0.9999)!;
}

const MINUTES = [10, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440];

/** The same for seconds: half of it is a round time. Beyond a day in whole days. */
export function niceSeconds(value: number): number {
  const minutes = MINUTES.find((one) => one * 60 >= value);
  return minutes === undefined ? Math.ceil(niceMax(value / 86_400)) * 86_400 : minutes * 60;
}

/** The same for a share: a bar of one per cent is not drawn on a hundred. */
export const niceShare = (value: number): number => [0.1, 0.2, 0.5].find((one) => one >= value) ?? 1;

const NAME_MAX = 34;

/** Agents choose some of these names: what is not seen, or turns the line around, is a dot in a picture. The table spells it out. */
export function plainName(name: string): string {
  const plain = name.replaceAll(/[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu, '·');
  return plain.length > NAME_MAX ? `${plain.slice(0, NAME_MAX - 1)}…` : plain;
}

/** In the document, where a style sheet's own url() would not look. */
export const FILLS = [undefined, 'url(#hatched)', 'url(#dotted)'];

export const sum = (values: number[]): number => values.reduce((all, one) => all + one, 0);
export const percent = (value: number): string => `${Math.round(value * 100) / 100}%`;
export const px = (value: number): string => String(Math.round(value * 10) / 10);
