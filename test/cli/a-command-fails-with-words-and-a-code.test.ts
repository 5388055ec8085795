import { afterEach, describe, expect, it } from 'vitest';
import { aRun, aSeries, fakeApi, inFolder, run } from './fake-api.ts';

const open: { close(): Promise<void> }[] = [];
async function api(answers: Parameters<typeof fakeApi>[0]) {
  const made = await fakeApi(answers);
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

describe('exit codes', () => {
  it.each([
    [['--help'], 0],
    [['up', '--help'], 0],
    [['--version'], 0],
    [[], 2],
    [['ups'], 2],
    [['up', '--port', '99999'], 2],
    [['up', '--workers', '0'], 2],
    [['up', 'extra'], 2],
    [['load'], 2],
    [['load', 'x.csv', '--region', 'fr', '--metric', 'm'], 2],
    [['load', 'x.csv', '--team', 't', '--region', 'fr', '--metric', 'm', '--kind', 'sum'], 2],
    [['load', 'x.csv', '--team', 'a/b', '--region', 'fr', '--metric', 'm'], 2],
    [['runs', '--limit', 'many'], 2],
    [['series', '--api', 'localhost:1'], 2],
  ])('%j ends with %i and says why', async (args, code) => {
    const done = await run(...args);
    expect(done.code).toBe(code);
    expect(done.out + done.err).not.toBe('');
    expect(done.err).not.toMatch(/\n\s+at /);
  });

  it('every command has an example in its help', async () => {
    const { out } = await run('--help');
    const names = [...out.matchAll(/^ {2}(\w+) /gm)]
      .map((match) => match[1]!)
      .filter((name) => name !== 'help');
    expect(names).toEqual(expect.arrayContaining(['up', 'load', 'refresh', 'series', 'runs']));
    for (const name of names) expect((await run(name, '--help')).out).toContain('Example');
  });
});

describe('finding the API', () => {
  it('says how to start one where nothing runs', () =>
    inFolder(async (dir) => {
      const done = await run('series', '--dir', dir);
      expect(done).toMatchObject({ code: 1, out: '' });
      expect(done.err).toContain('cloudtune up');
    }));

  it('says so when nobody answers any more', async () => {
    const gone = await fakeApi({});
    await gone.close();
    const done = await run('series', '--api', gone.url);
    expect(done.code).toBe(1);
    expect(done.err).toMatch(/No answer from .*127\.0\.0\.1.*cloudtune up/s);
  });

  it("passes the API's own words on", async () => {
    const { url } = await api({});
    const done = await run('runs', 'fr-20260301T000000Z', '--api', url);
    expect([done.code, done.err]).toEqual([1, expect.stringContaining('nothing at /v1/runs/fr-')]);
  });

  it('refuses an answer that is not what the contract says', async () => {
    const { url } = await api({ 'GET /v1/series': { series: [{ team: 'x' }] } });
    const done = await run('series', '--api', url);
    expect([done.code, done.err]).toEqual([1, expect.stringContaining('contract')]);
  });
});

describe('refresh', () => {
  const started = {
    runId: aRun.runId,
    region: 'fr',
    scheduledTime: aRun.scheduledTime,
    executionId: aRun.executionId,
  };

  it('asks for one region and answers with the id of its run', async () => {
    const { url, asked } = await api({ 'POST /v1/refresh': started });
    const done = await run('refresh', '--region', 'fr', '--json', '--api', url);
    expect(done.code).toBe(0);
    expect(JSON.parse(done.out)).toEqual({ runs: [started] });
    expect(JSON.parse(asked[0]!.body)).toEqual({ region: 'fr' });
  });

  it('waits until the run has ended', async () => {
    let times = 0;
    const { url } = await api({
      'POST /v1/refresh': { runs: [started] },
      [`GET /v1/runs/${aRun.runId}`]: () => ({ ...aRun, status: times++ < 2 ? 'running' : 'published' }),
    });
    const done = await run('refresh', '--wait', '--api', url);
    expect(done).toMatchObject({ code: 0, out: `${aRun.runId} published: 2 ok, 1 stale\n` });
    expect(times).toBe(3);
  });

  it('ends with 1 when the run did not publish', async () => {
    const { url } = await api({
      'POST /v1/refresh': started,
      [`GET /v1/runs/${aRun.runId}`]: { ...aRun, status: 'failed', error: 'States.Timeout' },
    });
    const done = await run('refresh', '--wait', '--api', url);
    expect(done.code).toBe(1);
    expect(done.out).toContain('States.Timeout');
    expect(done.err).toContain('did not publish');
  });
});

describe('lists', () => {
  it('shows each series with its state and the reason of what is wrong', async () => {
    const stale = {
      ...aSeries,
      seriesId: 'shop/fr/visits',
      metric: 'visits',
      forecast: { ...aSeries.forecast, status: 'stale', reason: 'no new observations' },
    };
    const { url } = await api({ 'GET /v1/series': { series: [aSeries, stale] } });
    const { out } = await run('series', '--api', url);
    expect(out).toMatch(/shop\/fr\/orders .* ok .* 8\.3 % .* 12\.7 %/);
    expect(out).toContain('shop/fr/visits is stale: no new observations');
  });

  it('shows a broken run as what it is', async () => {
    const broken = {
      ...aRun,
      runId: 'fr-20260302T000000Z',
      scheduledTime: '2026-03-02T00:00:00Z',
      status: 'failed',
      error: 'Aborted',
    };
    const { url } = await api({ 'GET /v1/runs': { runs: [aRun, broken] } });
    const { out } = await run('runs', '--api', url);
    const lines = out.split('\n');
    expect(lines[2]).toMatch(/^fr-20260302T000000Z +failed .* Aborted$/);
    expect(lines[3]).toMatch(/^fr-20260301T000000Z +published .* 3\.0 s .* 2 ok, 1 stale$/);
  });

  it('prints nothing but JSON for machines', async () => {
    const { url } = await api({ 'GET /v1/runs': { runs: [aRun] } });
    const { out, err } = await run('runs', '--json', '--api', url);
    expect([JSON.parse(out), err]).toEqual([{ runs: [aRun] }, '']);
  });
});
