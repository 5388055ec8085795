/**
 * A short text that differs when any of the numbers or texts do (but for one chance in 2⁵²): two FNV-1a hashes of 32 bits
 * over their bytes, of which the second also sees how many there were before (Fowler, Noll & Vo 1991).
 */
export class Fingerprint {
  #a = 0x811c9dc5;
  #b = 0x9dc5811c;
  #count = 0;
  #number = new Float64Array(1);
  #words = new Uint32Array(this.#number.buffer);

  number(value: number): void {
    this.#number[0] = value;
    this.#word(this.#words[0]!);
    this.#word(this.#words[1]!);
  }

  text(value: string): void {
    this.#word(value.length);
    for (let i = 0; i < value.length; i++) this.#word(value.charCodeAt(i));
  }

  toString(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
    return hex(this.#a) + hex(this.#b);
  }

  #word(word: number): void {
    this.#a = Math.imul(this.#a ^ word, 0x01000193);
    this.#a ^= this.#a >>> 15;
    this.#b = Math.imul(this.#b ^ (word + this.#count++), 0x01000193);
    this.#b ^= this.#b >>> 13;
  }
}
