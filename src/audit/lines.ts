/** Longer lines are no entry: a body may have a megabyte, and what is made of it a few. */
const LINE_BYTES_MAX = 64 * 1024 * 1024;

/** Something in an export is bad. `seq`: where, when that is not the entry that is next. */
export class Bad extends Error {
  readonly code: string;
  readonly seq: number | null | undefined;
  constructor(code: string, message: string, seq?: number | null) {
    super(message);
    this.code = code;
    this.seq = seq;
  }
}

/** Cuts a stream of bytes into lines of text, with memory for one. Bytes that are not UTF-8 are refused, not replaced. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  for await (const line of splitLines(chunks)) {
    try {
      yield utf8.decode(line);
    } catch {
      throw new Bad('line.utf8', 'The line is not UTF-8.');
    }
  }
}

async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end: number; (end = chunk.indexOf(0x0a, from)) !== -1; from = end + 1) {
      const rest = chunk.subarray(from, end);
      yield parts.length === 0 ? rest : Buffer.concat([...parts, rest]);
      parts = [];
      length = 0;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LINE_BYTES_MAX) throw new Bad('line.too_long', `The line is longer than ${LINE_BYTES_MAX} bytes.`);
  }
  if (length > 0) yield Buffer.concat(parts);
}

// A byte order mark is a byte too many, so it is kept to be found.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
