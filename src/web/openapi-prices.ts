import { type Route, get, put } from './openapi-route.ts';

export const PRICE_ROUTES: Route[] = [
  get('/v1/prices', 'getPrice', 'Prices', 'What would a call be charged by?', {
    description:
      'The row of the list, or of your own prices, that is in force for a model at a time, and what some tokens would cost. A model without a price is a 404 under the reason that its usage would be unpriced for: it is never free.',
    parameters:
      'price_provider price_model price_at price_tier price_input price_cache_read price_cache_write price_output'.split(
        ' ',
      ),
    answers: [{ status: 200, says: 'The price.', schema: 'price.json' }],
    errors: {
      404: ['price.provider_unknown', 'price.model_unknown', 'price.tier_unknown'],
      422: ['price.unit_missing', 'price.inexact', 'usage.inconsistent'],
    },
  }),
  get('/v1/prices/overrides', 'getPriceOverrides', 'Prices', "The tenant's own prices", {
    parameters: ['overrides_version'],
    answers: [
      { status: 200, says: 'Those in force, or of a version.', schema: 'price-overrides.json', headers: ['ETag'] },
    ],
    errors: { 404: ['not_found'] },
  }),
  put('/v1/prices/overrides', 'putPriceOverrides', 'Prices', "Replace the tenant's own prices", {
    description:
      'They come before the list, for calls made from their day on. Nothing that was charged is charged again: a charge keeps the row and the hash of what it was charged by.',
    parameters: ['if_match'],
    body: { schema: 'price-overrides-request.json' },
    answers: [{ status: 200, says: 'In force.', schema: 'price-overrides.json', headers: ['ETag'] }],
    errors: { 409: ['price.version_conflict'], 422: ['price.invalid'] },
  }),
];
