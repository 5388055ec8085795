import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { CsvReader } from './csv.ts';
import { readParquet } from './parquet.ts';
import { excerpt } from './row-collector.ts';
import { type ReadOptions, type Table, TabularError } from './types.ts';

export type Source = Uint8Array | AsyncIterable<Uint8Array>;

const piece = 1 << 18;

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
}

/** The first bytes of a source, and the whole of it again. */
async function peek(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
  const iterator = (async function* () {
    yield* source;
  })();
  const read: Uint8Array[] = [];
  let length = 0;
  while (length < 4) {
    const next = await iterator.next();
    if (next.done === true) break;
    read.push(next.value);
    length += next.value.length;
  }
  const whole = async function* () {
    yield* read;
    yield* iterator;
  };
  return { head: Buffer.concat(read).subarray(0, 4), whole: whole() };
}

const is = (head: Uint8Array, ...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);

async function* decompressed(
  source: AsyncIterable<Uint8Array>,
  decoder: ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const input = Readable.from(source, { objectMode: false });
  input.on('error', (error) => decoder.destroy(error));
  try {
    yield* input.pipe(decoder) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw new TabularError(`The ${name} data is damaged or cut short: ${excerpt(error.message)}`, {
      cause: error,
    });
  } finally {
    input.destroy();
  }
}

const isZlibError = (error: unknown): error is Error =>
  error instanceof Error && /^(Z_|ZSTD_|ERR_ZLIB)/.test(String((error as NodeJS.ErrnoException).code));

async function readStream(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: ReadOptions,
  compressed: boolean,
): Promise<Table> {
  const { head, whole } = await peek(source);
  const gzip = is(head, 0x1f, 0x8b);
  if (gzip || is(head, 0x28, 0xb5, 0x2f, 0xfd)) {
    if (compressed) throw new TabularError('The file is compressed twice: compress it once.');
    const decoder = gzip ? createGunzip({ chunkSize: piece }) : createZstdDecompress({ chunkSize: piece });
    return readStream(decompressed(whole, decoder, gzip ? 'gzip' : 'zstd'), options, true);
  }
  if (is(head, 0x50, 0x41, 0x52, 0x31)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of whole) chunks.push(chunk);
    return readParquet(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), options);
  }
  if (is(head, 0xff, 0xfe) || is(head, 0xfe, 0xff))
    throw new TabularError('The file is in UTF-16: save it as UTF-8.');
  if (is(head, 0x50, 0x4b, 0x03, 0x04))
    throw new TabularError(
      'This is a zip file or a spreadsheet: export it as CSV (gzip and zstd are read as they are).',
    );
  const reader = new CsvReader(options);
  for await (const chunk of whole) reader.push(chunk);
  return reader.finish();
}

/**
 * Reads CSV, CSV.gz, CSV.zst or Parquet, told apart by their first bytes, into columns by series. CSV streams:
 * memory is that of the rows kept (20 bytes each). Rows that cannot be used are rejected with line and reason;
 * what cannot be read at all throws TabularError.
 */
export async function readTable(source: Source, options: ReadOptions): Promise<Table> {
  return readStream(source instanceof Uint8Array ? pieces(source) : source, options, false);
}
