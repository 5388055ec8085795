import { beforeAll, describe, expect, it } from 'vitest';
import {
  explanationAnswer,
  forecastAnswer,
  peaksAnswer,
  problem,
  seriesPage,
} from '../../lib/service/contracts/http.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

let region: ReturnType<typeof memoryRegion>;
const runs: string[] = [];
beforeAll(async () => {
  region = memoryRegion();
  const all = hours(90);
  const until = (days: number) => ({
    time: all.time.slice(0, days * 24),
    value: all.value.slice(0, days * 24),
  });
  await region.load(key('shop'), until(80));
  runs.push((await region.refresh('2026-12-01T02:00:00Z')).runId);
  await region.load(key('shop'), until(90));
  await region.load(key('search', 'orders'), until(90));
  runs.push((await region.refresh('2026-12-02T02:00:00Z')).runId);
  await region.load(key('late'), until(90));
});

const get = (path: string) => region.api(new Request(`http://api/v1/${path}`));
const series = 'teams/shop/regions/eu/metrics/requests';

describe('an earlier run', () => {
  it('is read as it was: its cutoff, its numbers, its explanation and its peaks', async () => {
    const [first, second] = runs as [string, string];
    const of = async (run: string) =>
      forecastAnswer.parse(await (await get(`${series}/forecast?run=${run}`)).json());
    const [old, now] = [await of(first), await of(second)];
    expect([old.runId, now.runId]).toEqual(runs);
    expect(Date.parse(now.cutoff!) - Date.parse(old.cutoff!)).toBe(10 * 86_400_000);
    expect(now).toEqual(forecastAnswer.parse(await (await get(`${series}/forecast`)).json()));
    const explained = explanationAnswer.parse(await (await get(`${series}/explanation?run=${first}`)).json());
    expect(explained.mean).toEqual(old.mean);
    const peaks = peaksAnswer.parse(await (await get(`${series}/peaks?run=${first}`)).json());
    expect(peaks.start[0]).toBe(old.time[0]);
  });

  it('goes on page by page in itself', async () => {
    const path = `${series}/forecast?grain=minute&end=2026-06-20T00:00:00Z&run=${runs[0]}`;
    const page = forecastAnswer.parse(await (await get(path)).json());
    const next = forecastAnswer.parse(
      await (await get(`${series}/forecast?nextToken=${page.nextToken}`)).json(),
    );
    expect(next.runId).toBe(runs[0]);
    const other = await get(`${series}/forecast?nextToken=${page.nextToken}&run=${runs[1]}`);
    expect(problem.parse(await other.json()).errors![0]!.at).toBe('run');
  });

  it('is refused in words when it is none, or has not seen the series', async () => {
    expect((await get(`${series}/forecast?run=yesterday`)).status).toBe(400);
    for (const path of [
      `${series}/forecast?run=eu-20200101T000000Z`,
      `teams/search/regions/eu/metrics/orders/forecast?run=${runs[0]}`,
    ]) {
      const answer = await get(path);
      expect(answer.status).toBe(404);
      expect(problem.parse(await answer.json()).detail).toContain('GET /v1/runs lists them');
    }
  });
});

describe('a list of series', () => {
  const names = async (path: string) =>
    seriesPage.parse(await (await get(path)).json()).series.map(({ seriesId }) => seriesId);

  it('is of a team, a metric, a state or a text', async () => {
    expect(await names('series?metric=orders')).toEqual(['search/eu/orders']);
    expect(await names('series?text=SHOP')).toEqual(['shop/eu/requests']);
    expect(await names('series?status=none')).toEqual(['late/eu/requests']);
    expect(await names('series?status=ok&team=shop')).toEqual(['shop/eu/requests']);
    expect(await names('teams/search/series')).toEqual(['search/eu/orders']);
    expect(await names('teams/nobody/series')).toEqual([]);
    expect((await get('series?status=fine')).status).toBe(400);
    expect((await get('teams/a%2Fb/series')).status).toBe(404);
  });
});
