/** One operation of the API, beside its handler in app.ts and src/web. A test holds this table and the app together. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'delete';
  path: string;
  id: string;
  tag: string;
  summary: string;
  description?: string;
  /** Needs no token. */
  open?: true;
  /** Speaks OTLP: protobuf as well, and google.rpc.Status for a refusal. */
  otlp?: true;
  /** Names in openapi-parameters.ts. */
  parameters?: string[];
  body?: { schema: string; yaml?: true };
  /** What it answers when all is well: `schema` is a file of schemas/, or a part of one. */
  answers: { status: number; says: string; schema?: string; yaml?: true; stream?: true; headers?: string[] }[];
  /** Codes of its own, by status. Those that every operation of its kind has are added. */
  errors?: Record<number, string[]>;
}

export const [get, post, put, del] = (['get', 'post', 'put', 'delete'] as const).map(method) as [
  Make,
  Make,
  Make,
  Make,
];

/** The schema of a page of a listing. */
export const page = (name: string) => `responses.json#/$defs/${name}_page`;

type Named = 'method' | 'path' | 'id' | 'tag' | 'summary';
type Make = (path: string, id: string, tag: string, summary: string, rest: Omit<Route, Named>) => Route;

function method(name: Route['method']): Make {
  return (path, id, tag, summary, rest) => ({ method: name, path, id, tag, summary, ...rest });
}
