import { readFileSync } from 'node:fs';
import { type PriceList, type PriceListFile, openPriceList } from './list.ts';

/** The list that ships with this version, read once. */
export const standardPrices: PriceList = openPriceList(
  JSON.parse(readFileSync(new URL('../../../prices/list.json', import.meta.url), 'utf8')) as PriceListFile,
);
