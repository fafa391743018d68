import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** SHA-256 over the RFC 8785 canonical JSON of a value, in lower-case hex. Absent and undefined fields are the same. */
export function canonicalHash(value: unknown): string {
  return hash('sha256', canonicalize(value)!, 'hex');
}
