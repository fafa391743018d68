import { schemas } from '../contract/validate.ts';
import { HEADERS, PARAMETERS } from './openapi-parameters.ts';
import type { Route } from './openapi-route.ts';
import { ROUTES } from './openapi-routes.ts';

const AUTH_ERRORS = {
  401: ['token.missing', 'token.malformed', 'token.unknown', 'token.revoked', 'token.expired'],
  403: ['operation.forbidden'],
  503: ['storage.unavailable', 'commit.contention', 'overloaded', 'shutting_down'],
};
const BODY_ERRORS = { 400: ['body.not_json', 'body.too_deep'], 413: ['body.too_large'], 415: ['body.media_type'] };

function buildDocument() {
  const components = new Map<string, object>();
  const paths: Record<string, Record<string, object>> = {};
  for (const route of ROUTES) {
    const path = (paths[route.path] ??= {});
    path[route.method] = operation(route, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Placet',
      version: '0.1.0',
      summary: 'May I proceed? Policy decisions, human countersignature and a tamper-evident log for AI agents.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'placet.<tenant>.<token id>.<secret>',
          description: 'The tenant comes from the token, never from the request.',
        },
      },
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

function operation(route: Route, components: Map<string, object>): object {
  const { id, tag, summary, description, parameters = [], body } = route;
  const schemaOf = (ref: string) => localize({ $ref: ref }, '', components);
  const content = (ref: string, yaml?: true) => ({
    'application/json': { schema: schemaOf(ref) },
    ...(yaml && { 'application/yaml': { schema: schemaOf(ref) } }),
    ...(route.otlp && { 'application/x-protobuf': { schema: { type: 'string', format: 'binary' } } }),
  });
  const answers = route.answers.map(({ status, says, schema, yaml, stream, headers = [] }) => [
    status,
    {
      description: says,
      ...(headers.length > 0 && { headers: pick(headers) }),
      ...(schema !== undefined && {
        content: stream ? { 'text/event-stream': { schema: schemaOf(schema) } } : content(schema, yaml),
      }),
    },
  ]);
  const problems = [...errorsOf(route)].map(([status, codes]) => [
    status,
    {
      description: [...codes].map((code) => `\`${code}\``).join(', '),
      ...(PROBLEM_HEADERS[status] && { headers: pick(PROBLEM_HEADERS[status]) }),
      content: route.otlp
        ? content('otlp.json#/$defs/otlp_status')
        : { 'application/problem+json': { schema: schemaOf('problem.json') } },
    },
  ]);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(route.open && { security: [] }),
    ...(parameters.length > 0 && { parameters: parameters.map((name) => localize(PARAMETERS[name], '', components)) }),
    ...(body && { requestBody: { required: true, content: content(body.schema, body.yaml) } }),
    responses: Object.fromEntries([...answers, ...problems]),
  };
}

/** Codes by status: the route's own, and those of every operation of its kind. */
function errorsOf(route: Route): Map<number, Set<string>> {
  const all = new Map<number, Set<string>>();
  const sources: Record<number, string[]>[] = [
    { 400: ['request.invalid'], 500: ['internal'] },
    ...(route.body ? [BODY_ERRORS] : []),
    ...(route.open ? [] : [AUTH_ERRORS]),
    route.errors ?? {},
  ];
  for (const source of sources)
    for (const [status, codes] of Object.entries(source))
      for (const code of codes) all.set(Number(status), (all.get(Number(status)) ?? new Set()).add(code));
  return all;
}

const PROBLEM_HEADERS: Record<number, string[]> = { 401: ['WWW-Authenticate'], 503: ['Retry-After'] };

function pick(names: string[]): object {
  return Object.fromEntries(names.map((name) => [name, HEADERS[name]]));
}

/**
 * A schema with its references turned to components of the document, which are added as they are met. `$id` and
 * `$schema` go: they would make references relative to a file that the reader of the document does not have.
 */
function localize(node: unknown, file: string, components: Map<string, object>): unknown {
  if (Array.isArray(node)) return node.map((item) => localize(item, file, components));
  if (node === null || typeof node !== 'object') return node;
  const { $id: _, $schema: __, $defs: ___, ...rest } = node as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key,
      key === '$ref' ? component(value as string, file, components) : localize(value, file, components),
    ]),
  );
}

/** `common.json#/$defs/id` → `#/components/schemas/Id`; `decision.json#/properties/policy` → `…/Decision/properties/policy`. */
function component(ref: string, from: string, components: Map<string, object>): string {
  const [target = '', pointer = ''] = ref.split('#');
  const file = target === '' ? from : target;
  const [, first, second, ...rest] = pointer.split('/');
  const schema = schemas[file] as { title: string; $defs?: Record<string, object> };
  const named = first === '$defs' ? schema.$defs?.[second!] : schema;
  if (!named) throw new Error(`${ref} points at nothing`);
  const name = first === '$defs' ? pascal(second!) : schema.title;
  const path = first === '$defs' ? rest : [first, second, ...rest].filter((part) => part !== undefined);
  if (!components.has(name)) {
    components.set(name, named); // Before it is done: schemas may refer to each other in a circle.
    components.set(name, localize(named, file, components) as object);
  }
  return ['#/components/schemas', name, ...path].join('/');
}

/** As scripts/types-build.mjs names types, so that a component and its TypeScript type have one name. */
function pascal(key: string): string {
  return key
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** The API as OpenAPI 3.1: the route table, with the schemas that it reaches from `schemas/`. */
export const openapi = buildDocument();
