// The wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding/), as much of it as OTLP has: fields in any
// order, unknown ones skipped. Bounded by the bytes that it is given; it recurses nowhere.

/** One field of a message. Numbers of 64 bits come whole. */
export interface Field {
  number: number;
  value: bigint | Uint8Array;
}

/** Not a message, or cut off. */
export class ProtobufError extends Error {}

export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new ProtobufError('cut off');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufError('a number of more than ten bytes');
  }

  function take(length: number): Uint8Array {
    if (length > bytes.length - at) throw new ProtobufError('cut off');
    return bytes.subarray(at, (at += length));
  }

  while (at < bytes.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    if (number === 0 || number > 0x1fffffff) throw new ProtobufError(`no field has the number ${number}`);
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        yield { number, value: littleEndian(take(8)) };
        break;
      case 2:
        yield { number, value: take(Number(varint())) };
        break;
      case 5:
        yield { number, value: littleEndian(take(4)) };
        break;
      default:
        throw new ProtobufError(`wire type ${tag % 8}`);
    }
  }
}

/** A message of one field after another, each text, a whole number or a message. Empty text and zero are left out, as proto3 does. */
export function encodeMessage(fields: Record<number, string | bigint | Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [number, value] of Object.entries(fields)) {
    if (value === '' || value === 0n) continue;
    if (typeof value === 'bigint') {
      parts.push(encodeVarint(BigInt(number) * 8n), encodeVarint(value));
      continue;
    }
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    parts.push(encodeVarint(BigInt(number) * 8n + 2n), encodeVarint(BigInt(bytes.length)), bytes);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function encodeVarint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
