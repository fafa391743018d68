import type { Tx } from '../../audit/view.ts';
import type { PriceList } from '../prices/list.ts';
import { standardPrices } from '../prices/standard-list.ts';

/** The prices that hold for the tenant. */
export function pricesOf(_tx: Tx): PriceList {
  return standardPrices;
}
