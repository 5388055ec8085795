import fc from 'fast-check';
import { expect, it } from 'vitest';
import { calendarDocument } from '../../lib/service/contracts/calendar.ts';
import { problem } from '../../lib/service/contracts/http.ts';
import { memoryRegion } from '../service/region.ts';

const runs = 2000;
const ids = ['a', 'b', 'c d', 'é/ö'];
// Seldom wrong each, so that many events are right in all fields and others wrong in one.
const mostly = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 60, arbitrary: right as fc.Arbitrary<unknown> },
    {
      weight: 1,
      arbitrary: fc.constantFrom<unknown>(null, -1, 0, '', {}, [], '2026-02-30', 'x'.repeat(3000)),
    },
  );
const time = fc.constantFrom(
  '2026-11-26',
  '2026-11-27',
  '2026-11-27T08:00',
  '2026-11-28T00:00:00+01:00',
  '2027-01-01',
);
const name = fc.constantFrom('eu', 'eu', 'us', 'us', 'us', 'eu', 'mars');
const event = fc
  .record(
    {
      id: mostly(fc.constantFrom(...ids)),
      kind: mostly(fc.constantFrom('sale', 'match')),
      start: mostly(time),
      end: mostly(time),
      name: mostly(fc.string({ minLength: 1, maxLength: 9 })),
      regions: mostly(fc.array(name, { minLength: 1, maxLength: 2 })),
      teams: mostly(fc.array(name, { minLength: 1, maxLength: 2 })),
      scale: mostly(fc.double({ min: 0.1, max: 9, noNaN: true })),
      like: mostly(fc.constantFrom('sale', 'match', 'launch')),
      launch: mostly(fc.boolean()),
      rate: mostly(fc.integer({ min: 1 })),
      status: mostly(fc.constantFrom('draft', 'confirmed', 'cancelled')),
      surprise: fc.constant(1),
    },
    { requiredKeys: ['id', 'kind', 'start'] },
  )
  .map(({ surprise, ...right }) =>
    surprise && JSON.stringify(right).length % 9 === 0 ? { ...right, surprise } : right,
  );
const tag = fc.constantFrom('"1"', '"2"', '*', 'W/"1"', 'x', '"-1"');
const change = fc.record({
  path: fc.oneof(
    { weight: 1, arbitrary: fc.constant('') },
    { weight: 4, arbitrary: fc.constantFrom(...ids).map((id) => `/events/${encodeURIComponent(id)}`) },
  ),
  method: fc.constantFrom('PUT', 'PUT', 'PUT', 'DELETE'),
  headers: fc.oneof(
    { weight: 4, arbitrary: fc.constant({ 'if-none-match': '*' }) },
    { weight: 4, arbitrary: fc.constant({ 'if-match': '*' }) },
    { weight: 2, arbitrary: tag.map((one) => ({ 'if-match': one })) },
    { weight: 1, arbitrary: fc.constant({}) },
  ),
  query: fc.constantFrom(...Array(12).fill(''), '?reason=moved', '?x=1', `?reason=${'r'.repeat(600)}`),
  one: event,
  many: fc.array(event, { maxLength: 4 }),
  broken: fc.integer({ min: 0, max: 19 }),
});

it(`${runs} random changes are made whole or refused by field, and each one made is kept`, async () => {
  const { api, failures } = memoryRegion();
  const read = async () => {
    const answer = await api(new Request('http://api/v1/calendar'));
    return { tag: answer.headers.get('etag')!, document: calendarDocument.parse(await answer.json()) };
  };
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(change, async ({ path, method, headers, query, one, many, broken }) => {
      const before = await read();
      const named = path === '' ? undefined : decodeURIComponent(path.slice('/events/'.length));
      const sent = JSON.stringify(
        named === undefined
          ? { schemaVersion: 1, events: many }
          : { ...one, id: broken < 2 ? one.id : named },
      );
      const answer = await api(
        new Request(`http://api/v1/calendar${path}${query}`, {
          method,
          headers: { 'content-type': 'application/json', ...headers },
          ...(method === 'PUT' && { body: broken === 2 ? sent.slice(0, -2) : sent }),
        }),
      );
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      expect(failures).toEqual([]);
      expect(answer.status).toBeLessThan(500);
      const after = await read();
      if (answer.status >= 400) {
        expect(after).toEqual(before);
        const said = problem.parse(await answer.json());
        expect(said.status).toBe(answer.status);
        // What is wrong with a body is named by its field; what is no JSON at all has none.
        if (answer.status === 400 && !said.detail?.startsWith('The body is no JSON'))
          expect(said.errors?.map(({ at }) => at)).toEqual(
            expect.arrayContaining([expect.stringMatching(/./)]),
          );
      } else if (named === undefined) {
        expect(after.document).toEqual(JSON.parse(sent));
      } else {
        const others = ({ document }: typeof after) => document.events.filter(({ id }) => id !== named);
        expect(others(after)).toEqual(others(before));
        const there = after.document.events.find(({ id }) => id === named);
        expect(there).toEqual(method === 'PUT' ? JSON.parse(sent) : undefined);
      }
    }),
    { numRuns: runs },
  );
  // Neither all refused nor all taken.
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 201, 204, 400, 404, 412, 428]));
});
