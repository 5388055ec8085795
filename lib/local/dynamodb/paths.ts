import { validation } from './errors.ts';
import { type Path, showPath } from './tokens.ts';
import { type AttributeValue, type Item, itemSize } from './value.ts';

/** The value at a path, or undefined. */
export function read(item: Item, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = own(item, path[0]);
  for (let i = 1; i < path.length && value !== undefined; i++)
    value = step(value, path[i] as string | number);
  return value;
}

const own = (item: Item, name: string) => (Object.hasOwn(item, name) ? item[name] : undefined);

const step = (value: AttributeValue, to: string | number) =>
  typeof to === 'number' ? value.L?.[to] : value.M && own(value.M, to);

/** The map or list that holds the last step of a path. @throws DynamoDbError when the way there does not exist */
function holder(item: Item, path: Path): AttributeValue {
  let value: AttributeValue | undefined = { M: item };
  for (const to of path.slice(0, -1)) value = value && step(value, to);
  const last = path.at(-1);
  if (value === undefined || (typeof last === 'number' ? value.L : value.M) === undefined)
    throw validation('The document path provided in the update expression is invalid for update');
  return value;
}

/** Puts a value at a path of an item that may be changed; behind the end of a list it is appended. */
export function write(item: Item, path: Path, value: AttributeValue): void {
  const last = path.at(-1) as string | number;
  const { L, M } = holder(item, path);
  if (typeof last === 'number')
    (L as AttributeValue[])[Math.min(last, (L as AttributeValue[]).length)] = value;
  else (M as Item)[last] = value;
}

export function remove(item: Item, path: Path): void {
  const last = path.at(-1) as string | number;
  const { L, M } = holder(item, path);
  if (typeof last === 'number') L?.splice(last, 1);
  else if (M) delete M[last];
}

/**
 * An item with what lies at the paths and nothing else; list elements close up.
 */
export function project(item: Item, paths: Path[]): Item {
  const result: AttributeValue = { M: {} };
  for (const path of [...paths].sort(byPosition)) {
    const value = read(item, path);
    if (value === undefined) continue;
    let place = result;
    let source: AttributeValue = { M: item };
    path.forEach((to, i) => {
      source = step(source, to) as AttributeValue;
      const leaf = i === path.length - 1;
      const piece: AttributeValue = leaf ? value : source.L ? { L: [] } : { M: {} };
      place = place.L
        ? appended(place.L, piece, positions(place, to, leaf))
        : named(place.M as Item, to as string, piece, leaf);
    });
  }
  return result.M as Item;
}

/** Which element of the original each element of a projected list is. */
const origins = new WeakMap<AttributeValue, (string | number)[]>();

function positions(list: AttributeValue, to: string | number, leaf: boolean): number | undefined {
  const known = origins.get(list) ?? [];
  origins.set(list, known);
  const at = known.indexOf(to);
  if (at === -1) known.push(to);
  return at === -1 || leaf ? undefined : at;
}

function appended(list: AttributeValue[], piece: AttributeValue, at: number | undefined): AttributeValue {
  if (at !== undefined) return list[at] as AttributeValue;
  list.push(piece);
  return piece;
}

function named(map: Item, name: string, piece: AttributeValue, leaf: boolean): AttributeValue {
  const there = own(map, name);
  if (there !== undefined && !leaf) return there;
  map[name] = piece;
  return piece;
}

function byPosition(a: Path, b: Path): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (typeof x === 'number' && typeof y === 'number' && x !== y) return x - y;
    if (x !== y) return 0;
  }
  return 0;
}

/** @throws DynamoDbError when one path is the beginning of another, or goes through it by another type */
export function checkOverlap(parameter: string, paths: Path[]): void {
  for (const [i, one] of paths.entries())
    for (const other of paths.slice(i + 1)) {
      const common = Math.min(one.length, other.length);
      const differs = one.slice(0, common).findIndex((to, at) => to !== other[at]);
      const how =
        differs === -1 ? 'overlap' : typeof one[differs] === typeof other[differs] ? undefined : 'conflict';
      if (how !== undefined)
        throw validation(
          `Invalid ${parameter}: Two document paths ${how} with each other; must remove or rewrite one of these paths; path one: ${showPath(one)}, path two: ${showPath(other)}`,
        );
    }
}

const largestItem = 400 * 1024;

/** @throws DynamoDbError for an item of more than 400 KB */
export function checkItemSize(item: Item, during: 'put' | 'update' = 'put'): void {
  if (itemSize(item) > largestItem)
    throw validation(
      during === 'put'
        ? 'Item size has exceeded the maximum allowed size'
        : 'Item size to update has exceeded the maximum allowed size',
    );
}
