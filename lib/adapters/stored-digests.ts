import { z } from 'zod';
import type { StoredDigests } from '../service/ports.ts';

const header = z.object({
  schemaVersion: z.literal(1),
  madeWith: z.string(),
  revisions: z.record(z.string(), z.string()),
});

/** Digests as one object: length of the header (4 bytes, little endian), header as JSON, the engine's bytes. */
export function packDigests({ digests, madeWith, revisions }: StoredDigests): Uint8Array {
  const head = Buffer.from(JSON.stringify({ schemaVersion: 1, madeWith, revisions }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, digests]);
}

/** Throws when the bytes are no packed digests. */
export function unpackDigests(bytes: Uint8Array): StoredDigests {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 4 + view.getUint32(0, true);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + 4, end - 4).toString();
  const { madeWith, revisions } = header.parse(JSON.parse(text));
  return { madeWith, revisions, digests: bytes.slice(end) };
}
