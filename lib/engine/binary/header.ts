import { ByteReader } from './reader.ts';
import { ByteWriter } from './writer.ts';

/** Starts a stored document: four letters that say what it is, then the version of its layout. */
export function writeHeader(mark: string, version: number): ByteWriter {
  const writer = new ByteWriter();
  for (const letter of mark) writer.u8(letter.charCodeAt(0));
  writer.u32(version);
  return writer;
}

/** Opens a stored document; throws a RangeError unless it is of this kind and version. */
export function readHeader(bytes: Uint8Array, what: string, mark: string, version: number): ByteReader {
  const reader = new ByteReader(bytes, what);
  const found = [reader.u8(), reader.u8(), reader.u8(), reader.u8()];
  if (String.fromCharCode(...found) !== mark)
    throw new RangeError(`These bytes are not ${what}: expected them to begin with ${mark}`);
  const foundVersion = reader.u32();
  if (foundVersion !== version)
    throw new RangeError(
      `${what} has schemaVersion ${foundVersion}, this code reads ${version}: make it again from the history`,
    );
  return reader;
}
