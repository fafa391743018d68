/** The connection failed before a reply came: what was sent may or may not have taken effect. */
export function isConnectionError(error: unknown): boolean {
  const code = codeOf(error);
  // 08: connection exception; 57P01–57P03: the server is stopping or starting; 53300: no connection slot free.
  return CONNECTION_CODES.has(code) || code.startsWith('08') || /^57P0[1-5]$/.test(code) || code === '53300';
}

/** PostgreSQL rolled the statement back and asks to try again: serialization failure or deadlock. */
export function isSerializationError(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '');
}

const CONNECTION_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
]);
