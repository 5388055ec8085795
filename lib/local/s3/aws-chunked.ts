import { S3Error } from './errors.ts';

const incomplete = (why: string) =>
  new S3Error(400, 'IncompleteBody', `The request body terminated unexpectedly: ${why}`);

/**
 * Decodes a body sent with `Content-Encoding: aws-chunked`: `hex-size[;chunk-signature=…]CRLF bytes CRLF`, …, a chunk
 * of size 0, then trailers. Chunk signatures are not verified. Fed with pieces cut anywhere.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export class AwsChunkedDecoder {
  /** Trailers, by lower-case name; complete after `end()`. */
  readonly trailers: Record<string, string> = {};
  #line = '';
  #left = 0;
  #state: 'size' | 'data' | 'data-end' | 'trailer' = 'size';

  /** The decoded bytes in `bytes`, in order. */
  *decode(bytes: Buffer): Generator<Buffer> {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === 'data') {
        const take = bytes.subarray(at, at + this.#left);
        at += take.length;
        this.#left -= take.length;
        if (this.#left === 0) this.#state = 'data-end';
        yield take;
        continue;
      }
      const newline = bytes.indexOf(10, at);
      this.#line += bytes.toString('latin1', at, newline === -1 ? bytes.length : newline);
      if (this.#line.length > 16_384) throw incomplete('a chunk header is longer than 16 KiB');
      if (newline === -1) return;
      at = newline + 1;
      const line = this.#line.replace(/\r$/, '');
      this.#line = '';
      this.#endLine(line);
    }
  }

  #endLine(line: string): void {
    if (this.#state === 'size') {
      const [size = ''] = line.split(';');
      if (!/^[0-9a-f]{1,12}$/i.test(size))
        throw incomplete(`expected a chunk size, got "${line.slice(0, 40)}"`);
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? 'trailer' : 'data';
    } else if (this.#state === 'data-end') {
      if (line !== '') throw incomplete('a chunk is longer than its size says');
      this.#state = 'size';
    } else if (line !== '') {
      const colon = line.indexOf(':');
      this.#trailer(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
  }

  #trailer(name: string, value: string): void {
    this.trailers[name] = value;
  }

  /** @throws S3Error IncompleteBody when the last chunk has not been seen */
  end(): void {
    if (this.#state !== 'trailer') throw incomplete('the last chunk is missing');
    if (this.#line !== '') this.#endLine(this.#line);
  }
}
