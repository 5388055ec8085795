import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes a state directory for this process. The lock is SQLite's own on a file of its own: the operating system
 * lets go of it when the process ends, however it ends, so no lock is ever stale.
 *
 * @returns what gives the directory back
 * @throws when another boot has it, saying which process
 */
export function lockDirectory(directory: string): () => void {
  const owner = join(directory, 'lock.pid');
  const database = new DatabaseSync(join(directory, 'lock.sqlite'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!/locked|busy/.test(String(error))) throw error;
    throw new Error(
      `The state directory ${directory} is in use by a laptop cloud that runs already (process ${readOwner(owner)}). Stop it, or choose another directory.`,
    );
  }
  writeFileSync(owner, String(process.pid));
  return () => database.close();
}

function readOwner(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // The other process may be between its lock and its note.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'unknown';
    throw error;
  }
}
