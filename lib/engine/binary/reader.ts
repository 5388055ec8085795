/** Reads what `ByteWriter` wrote; throws a RangeError that names the document when it ends too early. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  #at = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length)
      throw new RangeError(
        `${this.#what} ends after ${this.#bytes.length} bytes where at least ${at + count} were expected: the document is truncated; make it again`,
      );
    this.#at += count;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  text(): string {
    return new TextDecoder().decode(this.raw(this.u32()));
  }

  raw(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  float32(): Float32Array {
    return new Float32Array(this.raw(this.u32() * 4).buffer);
  }

  uint16(): Uint16Array {
    return new Uint16Array(this.raw(this.u32() * 2).buffer);
  }

  uint8(): Uint8Array {
    return this.raw(this.u32());
  }

  /** Throws unless everything was read. */
  finish(): void {
    if (this.#at !== this.#bytes.length)
      throw new RangeError(`${this.#what} has ${this.#bytes.length - this.#at} bytes after its end`);
  }
}
