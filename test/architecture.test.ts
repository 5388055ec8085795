import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/**
 * Who may import whom, with the reason. A room may always import itself.
 * `packages: false` means that a room stands on the language alone.
 */
const rooms: Record<string, { imports: string[]; packages: boolean; because: string }> = {
  bin: { imports: ['lib/stacks', 'lib/cli'], packages: true, because: 'entry points only choose what runs' },
  lambdas: {
    imports: ['lib/api', 'lib/adapters', 'lib/service'],
    packages: true,
    because: 'a handler wires ports to a use case',
  },
  'lib/stacks': {
    imports: ['lib/service'],
    packages: true,
    because: 'a stack supplies what the contracts ask for; it names lambdas by path and never loads them',
  },
  'lib/cli': {
    imports: ['lib/api', 'lib/adapters', 'lib/service', 'lib/engine', 'lib/local'],
    packages: true,
    because: 'commands are wiring for people; only they compose the laptop cloud',
  },
  'lib/api': { imports: ['lib/service'], packages: true, because: 'HTTP in, HTTP out; no storage, no maths' },
  'lib/adapters': {
    imports: ['lib/service', 'lib/engine'],
    packages: true,
    because: 'an adapter implements a port and decides nothing',
  },
  'lib/service': {
    imports: ['lib/engine'],
    packages: true,
    because: 'what the product does, without AWS and HTTP',
  },
  'lib/engine': { imports: [], packages: false, because: 'history in, forecast out: no I/O, no packages' },
  'lib/local': { imports: [], packages: true, because: 'boots any assembly; knows nothing of this product' },
  'lib/web': { imports: [], packages: true, because: 'knows the product by its HTTP API alone' },
};

/** What must not appear in a room's code, whatever it imports. */
const forbidden: { rooms: string[]; pattern: RegExp; because: string }[] = [
  {
    rooms: ['lib/engine'],
    pattern: /\b(async|await|process\.|Date\.now|new Date\(\)|Math\.random|performance\.)/,
    because: 'the engine has no clock, no unseeded randomness, no process and nothing asynchronous',
  },
  {
    rooms: ['lib/service', 'lib/api', 'lib/cli', 'lib/stacks', 'bin', 'lib/web'],
    pattern: /from '@aws-sdk\//,
    because: 'only adapters, lambdas that wire them, and nothing else, know the AWS SDK',
  },
  { rooms: ['lib/service'], pattern: /from 'hono|\b(Request|Response)\(/, because: 'no HTTP in the service' },
];

interface SourceFile {
  path: string;
  room: string;
  text: string;
  imports: string[];
}

function sourceFiles(): SourceFile[] {
  const files: SourceFile[] = [];
  for (const top of ['bin', 'lambdas', 'lib'].filter((name) => existsSync(join(root, name)))) {
    for (const entry of readdirSync(join(root, top), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|js)$/.test(entry.name)) continue;
      const path = relative(root, join(entry.parentPath, entry.name));
      const room = Object.keys(rooms).find((name) => path.startsWith(`${name}/`));
      if (room === undefined)
        throw new Error(`${path} lies in no room of the plan: add it to docs/architecture.md`);
      const text = readFileSync(join(root, path), 'utf8');
      const imports = [
        ...text.matchAll(/^\s*(?:import|export)\b[^'"`;]*?from\s+['"]([^'"]+)['"]/gm),
        ...text.matchAll(/^\s*import\s+['"]([^'"]+)['"]/gm),
        ...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g),
      ].map((match) => match[1] ?? '');
      files.push({ path, room, text, imports });
    }
  }
  return files;
}

const files = sourceFiles();
const localTarget = (file: SourceFile, specifier: string) =>
  relative(root, resolve(root, dirname(file.path), specifier));
const roomOf = (path: string) =>
  Object.keys(rooms).find((name) => path.startsWith(`${name}/`) || path === name);

describe('the plan of the house', () => {
  it('saw the code', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap((file) => file.imports).length).toBeGreaterThan(0);
  });

  it('imports point down only', () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => ({ specifier, target: roomOf(localTarget(file, specifier)) }))
        .filter(({ target }) => target !== file.room && !rooms[file.room]?.imports.includes(target ?? ''))
        .map(({ specifier }) => `${file.path} imports ${specifier}: ${rooms[file.room]?.because}`),
    );
    expect(wrong).toEqual([]);
  });

  it('rooms without packages stand on the language alone', () => {
    const wrong = files
      .filter((file) => rooms[file.room]?.packages === false)
      .flatMap((file) =>
        file.imports.filter((s) => !s.startsWith('.')).map((s) => `${file.path} imports ${s}`),
      );
    expect(wrong).toEqual([]);
  });

  it('the engine is entered by its index only', () => {
    const wrong = files
      .filter((file) => file.room !== 'lib/engine')
      .flatMap((file) =>
        file.imports
          .filter((s) => s.startsWith('.') && roomOf(localTarget(file, s)) === 'lib/engine')
          .filter((s) => localTarget(file, s) !== 'lib/engine/index.ts')
          .map((s) => `${file.path} imports ${s}`),
      );
    expect(wrong).toEqual([]);
  });

  it('no room holds what its plan forbids', () => {
    const wrong = forbidden.flatMap(({ rooms: names, pattern, because }) =>
      files
        .filter((file) => names.includes(file.room))
        .flatMap((file) =>
          file.text
            .split('\n')
            .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line) && pattern.test(line))
            .map((line) => `${file.path}: ${line.trim()} (${because})`),
        ),
    );
    expect(wrong).toEqual([]);
  });

  it('has no import cycles', () => {
    const graph = new Map(
      files.map((file) => [
        file.path,
        file.imports.filter((s) => s.startsWith('.')).map((s) => localTarget(file, s)),
      ]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: string[]) => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
        return;
      }
      if (done.has(path)) return;
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it('keeps files short: nothing over 400 lines', () => {
    expect(files.filter((file) => file.text.split('\n').length > 400).map((file) => file.path)).toEqual([]);
  });
});
