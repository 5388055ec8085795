import { z } from 'zod';
import { quantileList } from '../service/contracts/http.ts';
import { runId } from '../service/contracts/refresh.ts';
import { type Complaint, InvalidRequest } from '../service/errors.ts';

/** An RFC 3339 instant as milliseconds since 1970. */
export const instantParameter = z.iso
  .datetime({
    offset: true,
    error: ({ input }) =>
      `an RFC 3339 instant such as 2026-11-01T00:00:00Z${/ \d\d:?\d\d$/.test(String(input)) ? ' (write the + of an offset as %2B)' : ''}`,
  })
  .transform((text) => Date.parse(text));

/** "0.1,0.5,0.9", put in order. */
export const quantilesParameter = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .sort((a, b) => Number(a) - Number(b)),
  )
  .pipe(quantileList);

/** A run whose forecast is asked for, in the place of the published one. */
export const runParameter = runId;

/** Why something is changed, for those who read of it later. */
export const reasonParameter = z.string().min(1).max(500).optional();

/** How many entries a page may have. */
export const limitParameter = z
  .string()
  .regex(/^([1-9]\d{0,2}|1000)$/, 'a whole number from 1 to 1000')
  .transform(Number);

/**
 * The query of a URL by its schema. Throws InvalidRequest for parameters that are unknown, repeated or wrong: a
 * mistyped name must not be silently ignored.
 */
export function parseQuery<T extends z.ZodObject>(url: URL, schema: T): z.infer<T> {
  const known = Object.keys(schema.shape);
  const complaints: Complaint[] = [];
  const query: Record<string, string> = {};
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name);
    if (!known.includes(name))
      complaints.push({
        at: name,
        expected: known.length === 0 ? 'no parameters' : `one of ${known.join(', ')}`,
      });
    else if (values.length > 1)
      complaints.push({ at: name, got: values.join(' and '), expected: 'the parameter once' });
    else query[name] = values[0]!;
  }
  const parsed = schema.safeParse(query);
  if (!parsed.success) complaints.push(...complaintsOf(parsed.error, query));
  if (complaints.length > 0 || !parsed.success) throw invalid('query', complaints);
  return parsed.data;
}

/** A value by its schema. Throws InvalidRequest, part by part. */
export function parsePart<T extends z.ZodType>(where: string, value: unknown, schema: T): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(where, complaintsOf(parsed.error, value));
}

const mostComplaints = 20;

function complaintsOf(error: z.ZodError, value: unknown): Complaint[] {
  return error.issues.slice(0, mostComplaints).map((issue) => {
    if (issue.code === 'unrecognized_keys')
      return { at: placeOf([...issue.path, issue.keys[0]!], value).slice(0, 80), expected: 'no such field' };
    const got = issue.path.reduce<unknown>(
      (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
      value,
    );
    return {
      at: placeOf(issue.path, value) || 'body',
      ...(got !== undefined && { got: excerpt(got) }),
      expected: issue.message.replace(/^(invalid [a-z ]+: )?expected /i, ''),
    };
  });
}

/** A path such as `events.3 "final".start`: an entry of a list is named by its id, where it has one. */
function placeOf(path: readonly PropertyKey[], value: unknown): string {
  let part = value;
  return path
    .map((key) => {
      const list = Array.isArray(part);
      part = (part as Record<PropertyKey, unknown> | null | undefined)?.[key];
      const id = list ? (part as { id?: unknown } | null | undefined)?.id : undefined;
      return typeof id === 'string' ? `${String(key)} "${id.slice(0, 40)}"` : String(key);
    })
    .join('.');
}

/** Lists and objects are only named: a caller may nest them deeper than the stack is. */
function excerpt(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 80);
}

function invalid(where: string, complaints: readonly Complaint[]): InvalidRequest {
  const said = complaints.map(
    ({ at, got, expected }) => `${at}${got === undefined ? '' : ` is ${got}`}: expected ${expected}`,
  );
  return new InvalidRequest(`The ${where} is not as expected. ${said.join('; ')}`, [...complaints]);
}
