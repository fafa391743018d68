import { createHmac, timingSafeEqual } from 'node:crypto';

const TEXT_MAX = 4096;

/** A value as text that only we can have written: `<JSON, base64url>.<HMAC-SHA256>`. Readable by its holder; keep no secrets in it. */
export function seal(key: Buffer, value: unknown): string {
  const body = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${body}.${sign(key, body).toString('base64url')}`;
}

/** The value, if the text is ours and unchanged. Who calls knows its shape: nothing else was ever sealed with that key. */
export function open<T>(key: Buffer, text: string | undefined): T | null {
  if (text === undefined || text.length > TEXT_MAX) return null;
  const dot = text.indexOf('.');
  if (dot < 1) return null;
  const body = text.slice(0, dot);
  const mac = Buffer.from(text.slice(dot + 1), 'base64url');
  const right = sign(key, body);
  if (mac.length !== right.length || !timingSafeEqual(mac, right)) return null;
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as T;
}

function sign(key: Buffer, body: string): Buffer {
  return createHmac('sha256', key).update(body).digest();
}
