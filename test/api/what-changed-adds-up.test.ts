import { beforeAll, describe, expect, it } from 'vitest';
import { type ChangesAnswer, changesAnswer } from '../../lib/service/contracts/changes.ts';
import { problem } from '../../lib/service/contracts/http.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

const text = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const sale = (id: string, start: number) => ({
  ...{ id, kind: 'sale', start: text(start), end: text(start + 86_400_000) },
});
const starts = [15, 35, 55].map((day) => Date.UTC(2026, 0, 10 + day));
let region: ReturnType<typeof memoryRegion>;
const runs: string[] = [];

beforeAll(async () => {
  region = memoryRegion();
  const { time, value } = hours(90);
  for (const start of starts) {
    const from = time.indexOf(start);
    for (let h = from; h < from + 24; h++) value[h]! *= 2;
  }
  const load = (days: number, factor = 1) =>
    region.load(key('shop'), {
      time: time.slice(0, days * 24),
      value: value.slice(0, days * 24).map((y, i) => (i >= 70 * 24 ? factor * y : y)),
    });
  const refresh = async (day: number) => runs.push((await region.refresh(`2026-12-0${day}T02:00:00Z`)).runId);
  const past = starts.map((start, i) => sale(`past${i}`, start));
  await region.planEvents(...past);
  await load(70);
  await refresh(1);
  await load(84, 1.3);
  await refresh(2);
  await region.planEvents(...past, sale('next', Date.UTC(2026, 3, 1)));
  await refresh(3);
});

const get = (query = '') =>
  region.api(new Request(`http://api/v1/teams/shop/regions/eu/metrics/requests/changes${query}`));
const read = async (query?: string) => changesAnswer.parse(await (await get(query)).json());
const sum = (column: readonly number[]) => column.reduce((a, b) => a + b, 0);
const totalOf = ({ causes }: ChangesAnswer, cause: string) =>
  sum(causes.find((one) => one.cause === cause)?.change ?? []);

describe('what changed', () => {
  it('adds up, step by step, by cause and by ingredient', async () => {
    for (const query of ['', `?from=${runs[0]}&to=${runs[1]}`, `?from=${runs[0]}&to=${runs[2]}&grain=day`]) {
      const answer = await read(query);
      const size = Math.max(...answer.after);
      answer.time.forEach((_, i) => {
        const change = answer.after[i]! - answer.before[i]!;
        for (const parts of [answer.causes, answer.ingredients])
          expect(Math.abs(sum(parts.map((part) => part.change[i]!)) - change)).toBeLessThan(2e-5 * size);
      });
    }
  });

  it('is due to the calendar where an event was added, by default since the run before', async () => {
    const answer = await read();
    expect([answer.from.runId, answer.to.runId]).toEqual(runs.slice(1));
    expect(totalOf(answer, 'calendar')).toBeGreaterThan(0.05 * sum(answer.before));
    expect(Math.abs(totalOf(answer, 'data'))).toBeLessThan(0.001 * sum(answer.before));
    expect(answer.ingredients.find(({ name }) => name === 'event next')).toBeDefined();
    expect(answer.words.join(' ')).toMatch(/changed by \+[\d.]+ %.*is due to the calendar/);
  });

  it('is due to new data where the level went up', async () => {
    const answer = await read(`?from=${runs[0]}&to=${runs[1]}`);
    expect(totalOf(answer, 'data')).toBeGreaterThan(0.1 * sum(answer.before));
    expect(totalOf(answer, 'calendar')).toBe(0);
  });

  it('is refused in words for runs that are none, and windows that not both reach', async () => {
    expect((await get('?from=eu-20200101T000000Z')).status).toBe(404);
    const early = problem.parse(await (await get(`?from=${runs[0]}&end=2026-01-10T00:00:00Z`)).json());
    expect(early.errors![0]!.at).toBe('end');
    expect((await get('?grain=minute&end=2026-06-01T00:00:00Z')).status).toBe(400);
    expect((await get(`?to=${runs[0]}`)).status).toBe(404);
  });
});
