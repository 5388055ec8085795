import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A running digest of a body. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** Base64, as in the `x-amz-checksum-*` headers. */
  base64(): string;
}

const crc32cTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c >>> 0;
});

/** CRC-32C (Castagnoli), continued from `value`. */
function crc32c(bytes: Uint8Array, value: number): number {
  let c = ~value;
  for (let i = 0; i < bytes.length; i++)
    c = (c >>> 8) ^ (crc32cTable[(c ^ (bytes[i] as number)) & 255] as number);
  return ~c >>> 0;
}

function crc(step: (bytes: Uint8Array, value: number) => number): Digest {
  let value = 0;
  return {
    update(bytes) {
      value = step(bytes, value);
    },
    base64() {
      const four = Buffer.alloc(4);
      four.writeUInt32BE(value);
      return four.toString('base64');
    },
  };
}

function hash(name: string): Digest {
  const running = createHash(name);
  return {
    update(bytes) {
      running.update(bytes);
    },
    base64: () => running.digest('base64'),
  };
}

const algorithms: Record<string, () => Digest> = {
  crc32: () => crc(crc32),
  crc32c: () => crc(crc32c),
  sha1: () => hash('sha1'),
  sha256: () => hash('sha256'),
};

/** A running digest by the lower-case name of S3's algorithm, or undefined for one not implemented (crc64nvme). */
export const digestFor = (algorithm: string): Digest | undefined => algorithms[algorithm]?.();

/** A checksum that belongs to an object or a part. */
export interface Checksum {
  algorithm: string;
  value: string;
}

/** The checksum of checksums of a multipart object: of the parts' raw digests, with `-N` behind it. */
export function compositeChecksum(algorithm: string, parts: string[]): string {
  const digest = digestFor(algorithm);
  if (digest === undefined) throw new Error(`no digest for ${algorithm}`);
  digest.update(Buffer.concat(parts.map((part) => Buffer.from(part, 'base64'))));
  return `${digest.base64()}-${parts.length}`;
}

/** The ETag of a multipart object: MD5 of the parts' MD5s, with `-N` behind it. */
export function compositeEtag(parts: string[]): string {
  const digest = createHash('md5').update(Buffer.concat(parts.map((part) => Buffer.from(part, 'hex'))));
  return `${digest.digest('hex')}-${parts.length}`;
}
