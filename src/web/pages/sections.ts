/** The pages of the navigation, in its order. A page is named here once its routes are in site.tsx. */
export const SECTIONS = [
  ['Inbox', '/inbox'],
  ['Plans', '/plans'],
  ['Policies', '/policies'],
  ['Audit', '/audit'],
] as const satisfies [string, string][];

export type Section = (typeof SECTIONS)[number][0];
