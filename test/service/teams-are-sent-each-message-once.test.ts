import { describe, expect, it } from 'vitest';
import type { CalendarEntry } from '../../lib/service/contracts/calendar.ts';
import { noticesPage } from '../../lib/service/contracts/notices.ts';
import { Unavailable } from '../../lib/service/errors.ts';
import { notifyTeams } from '../../lib/service/notify-teams.ts';
import { hours, key, memoryRegion } from './region.ts';

const event = (id: string, date: string, teams: string[]): CalendarEntry => ({
  ...{ id, kind: 'fair', scale: 2, teams, start: `${date}T09:00:00Z`, end: `${date}T15:00:00Z` },
});
const fair = event('fair', '2026-04-20', ['ants', 'bees']);
const days = ['2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04'].map((date) => `${date}T02:00:00Z`);

async function started() {
  const region = memoryRegion();
  for (const team of ['ants', 'bees', 'cats']) await region.load(key(team), hours(90));
  await region.refresh(days[0]!);
  await region.planEvents(fair);
  const sent = () => region.ports.messages.sent.map(({ noticeId }) => noticeId);
  const runOf = (i: number) => `eu-${days[i]!.replaceAll(/[-:]/g, '')}`;
  return { ...region, sent, runOf };
}

describe('the teams that a changed calendar touches', () => {
  it('are sent which event changed, and the peaks before and after, each team one message', async () => {
    const { refresh, sent, runOf, ports } = await started();
    await refresh(days[1]!);
    expect(sent()).toEqual([`${runOf(1)}/ants`, `${runOf(1)}/bees`]);
    expect(ports.messages.sent[0]).toMatchObject({
      ...{ team: 'ants', region: 'eu', runId: runOf(1), peaksLeftOut: 0 },
      events: [{ id: 'fair', after: { start: fair.start } }],
      changes: [{ author: 'planner' }],
      words: [expect.stringContaining('"fair" is new')],
    });
    const { before, after } = ports.messages.sent[0]!.peaks[0]!;
    expect(after!.quantiles['0.9']).toBeGreaterThan(1.5 * before!.quantiles['0.9']!);
    expect(await ports.runs.get(runOf(1))).toMatchObject({ teamsTold: true });
  });

  it('are sent nothing twice, however often they are told of a run', async () => {
    const { refresh, sent, runOf, ports } = await started();
    await refresh(days[1]!);
    const input = { runId: runOf(1), result: 'published' as const, previousRunId: runOf(0) };
    expect(await notifyTeams(ports, input)).toEqual({ runId: runOf(1), notices: 2 });
    await refresh(days[2]!);
    expect(sent()).toHaveLength(2);
  });

  it('are sent what failed by the next try, and that alone', async () => {
    const { refresh, sent, runOf, ports } = await started();
    const send = ports.messages.send.bind(ports.messages);
    ports.messages.send = (message) =>
      message.team === 'bees'
        ? Promise.reject(new Unavailable('EventBridge does not answer'))
        : send(message);
    await expect(refresh(days[1]!)).rejects.toThrow('EventBridge does not answer');
    expect(await ports.runs.get(runOf(1))).toMatchObject({ status: 'published', teamsTold: false });
    ports.messages.send = send;
    await notifyTeams(ports, { runId: runOf(1), result: 'published', previousRunId: runOf(0) });
    expect(sent()).toEqual(['ants', 'bees'].map((team) => `${runOf(1)}/${team}`));
  });

  it('are told by a later run what earlier ones could not tell them, in their order', async () => {
    const { refresh, planEvents, sent, runOf, ports, api } = await started();
    const send = ports.messages.send.bind(ports.messages);
    ports.messages.send = () => Promise.reject(new Unavailable('EventBridge does not answer'));
    await expect(refresh(days[1]!)).rejects.toThrow(Unavailable);
    await planEvents(fair, event('show', '2026-04-22', ['cats']));
    await expect(refresh(days[2]!)).rejects.toThrow(Unavailable);
    ports.messages.send = send;
    await refresh(days[3]!);
    expect(sent()).toEqual([`${runOf(1)}/ants`, `${runOf(1)}/bees`, `${runOf(2)}/cats`]);
    for (const i of [1, 2, 3]) expect((await ports.runs.get(runOf(i)))?.teamsTold).toBe(true);
    const { notices } = noticesPage.parse(await (await api(new Request('http://api/v1/notices'))).json());
    expect(notices.map(({ team, sentAt }) => [team, sentAt !== undefined])).toEqual([
      ['cats', true],
      ['bees', true],
      ['ants', true],
    ]);
  });

  it('are sent as many peaks as a message holds, and how many it does not', async () => {
    const region = await started();
    const metrics = Array.from({ length: 50 }, (_, i) => `metric-${i}`);
    for (const metric of metrics) await region.load(key('cats', metric), hours(30));
    await region.refresh(days[1]!);
    const events = Array.from({ length: 25 }, (_, i) =>
      event(`e${i}`, `2026-03-${String(1 + i).padStart(2, '0')}`, ['cats']),
    );
    await region.planEvents(fair, ...events);
    await region.refresh(days[2]!);
    const message = region.ports.messages.sent.at(-1)!;
    expect(message.team).toBe('cats');
    expect(message.peaksLeftOut).toBeGreaterThan(0);
    expect(message.peaks.length + message.peaksLeftOut).toBe(50 * 25);
    expect(JSON.stringify(message).length).toBeLessThan(256 * 1024);
  });
});
