import { expect, test } from 'vitest';
import { compareAll, report, samples } from './provider-usages.ts';

test('real answers of providers are priced as the public list prices them, but for the differences that are explained', async () => {
  const comparison = compareAll();
  expect(samples).toHaveLength(647);
  expect(comparison.same + comparison.differences.length).toBe(comparison.prices);
  await expect(report(comparison)).toMatchFileSnapshot('provider-usages.expected.md');
});
