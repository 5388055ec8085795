import { closeSync, openSync, realpathSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CommandFailure } from '../failure.ts';

/** Where a path leads: a link to a file is followed, so that what is replaced is the file and never the link. */
export function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** A file being written beside its place. It takes its place, whole, by `commit`; until then nothing is there. */
export class WholeFile {
  private readonly place: string;
  private readonly temporary: string;
  private readonly file: number;

  constructor(path: string) {
    this.place = placeOf(path);
    this.temporary = join(dirname(this.place), `.${basename(this.place)}.${process.pid}.tmp`);
    try {
      this.file = openSync(this.temporary, 'w');
    } catch (error) {
      throw new CommandFailure(`${path} cannot be written: ${(error as Error).message}`, 2, { cause: error });
    }
  }

  write(content: string | Uint8Array) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at);
  }

  commit() {
    closeSync(this.file);
    renameSync(this.temporary, this.place);
  }

  abandon() {
    closeSync(this.file);
    rmSync(this.temporary, { force: true });
  }
}
