/** The API as OpenAPI 3.1. */
export const openapi = { openapi: '3.1.0', info: { title: 'Placet', version: '0.1.0' }, paths: {} };
