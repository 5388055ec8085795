import type { Store } from './store.ts';

export interface ObjectCreated {
  bucket: string;
  key: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
}

/** What every operation works with. */
export interface Context {
  store: Store;
  onObjectCreated: ((event: ObjectCreated) => void) | undefined;
}

/** An answer; a descriptor is read from `start` to before `end`, then closed. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer | { descriptor: number; start: number; end: number };
}
