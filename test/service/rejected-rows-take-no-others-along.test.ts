import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SettingsConflict, Unavailable } from '../../lib/service/errors.ts';
import { ingestInbox } from '../../lib/service/ingest-inbox.ts';
import { hours, key, memoryRegion } from './region.ts';

const always = { start: 0, end: 1e15 };
const csv = `timestamp,value
2026-01-01T00:00:00Z,1
2026-01-01T01:00:00Z,-2
2026-01-01T02:00:00Z,abc
2026-01-01T03:00:00Z,4
2026-01-01T04:00:00Z,5
2027-06-01T00:00:00Z,6
`;
const path = 'inbox/team=shop/region=eu/metric=orders/kind=count/day.csv';

describe('a file in the inbox', () => {
  it('goes into the history; what cannot be used is reported with its line and reason', async () => {
    const { ports } = memoryRegion();
    ports.inbox.files.set(path, Buffer.from(csv));
    const report = await ingestInbox(ports, path);
    expect(report).toEqual({
      key: path,
      status: 'ingested',
      seriesId: 'shop/eu/orders',
      accepted: 3,
      rejected: 3,
      rejections: [
        { line: 3, reason: expect.stringContaining('not negative') },
        { line: 4, reason: expect.stringContaining('abc') },
        { line: 7, reason: expect.stringContaining('ahead') },
      ],
    });
    expect(ports.inbox.reports.get(path)).toEqual(report);
    const { value } = await ports.history.read(key('shop', 'orders'), always);
    expect([...value]).toEqual([1, 4, 5]);
    expect(await ports.registry.get(key('shop', 'orders'))).toMatchObject({
      metricKind: 'count',
      stepSeconds: 3600,
      firstTime: Date.UTC(2026, 0, 1),
      lastTime: Date.UTC(2026, 0, 1, 4),
    });
  });

  it('is the same dropped twice, and gzipped', async () => {
    const { ports } = memoryRegion();
    ports.inbox.files.set(path, Buffer.from(csv));
    ports.inbox.files.set(`${path}.gz`, gzipSync(csv));
    await ingestInbox(ports, path);
    const record = await ports.registry.get(key('shop', 'orders'));
    expect(await ingestInbox(ports, `${path}.gz`)).toMatchObject({ accepted: 3, rejected: 3 });
    expect({ ...(await ports.registry.get(key('shop', 'orders'))), updatedAt: record?.updatedAt }).toEqual(
      record,
    );
  });

  it.each([
    ['inbox/day.csv', 'names no series: expected inbox/team=TEAM'],
    ['inbox/team=shop/region=us/metric=orders/day.csv', 'this inbox is of eu'],
    ['inbox/team=sh op/region=eu/metric=orders/day.csv', 'team: expected 1 to 63 letters'],
    ['inbox/team=shop/region=eu/metric=orders/kind=sum/day.csv', 'kind sum'],
    ['inbox/team=shop/region=eu/metric=orders/empty.csv', 'empty'],
    ['inbox/team=shop/region=eu/metric=orders/gone.csv', 'taken away'],
  ])('that cannot be used is a report that says why: %s', async (file, reason) => {
    const { ports } = memoryRegion();
    if (!file.includes('gone')) ports.inbox.files.set(file, Buffer.from(''));
    const report = await ingestInbox(ports, file);
    expect(report).toEqual({ key: file, status: 'refused', reason: expect.stringContaining(reason) });
    expect(ports.inbox.reports.get(file)).toEqual(report);
  });

  it('comes again when storage does not answer: no report says that it is done', async () => {
    const { ports } = memoryRegion();
    ports.inbox.files.set(path, Buffer.from(csv));
    ports.registry.recordHistory = () => Promise.reject(new Unavailable('DynamoDB does not answer'));
    await expect(ingestInbox(ports, path)).rejects.toThrow(Unavailable);
    expect(ports.inbox.reports.size).toBe(0);
  });
});

describe('observations of another step or kind than recorded', () => {
  it('are refused before anything is written', async () => {
    const { ports, load } = memoryRegion();
    await load(key('shop'), hours(2));
    const before = await ports.history.read(key('shop'), always);
    const other = 'inbox/team=shop/region=eu/metric=requests/kind=gauge/day.csv';
    ports.inbox.files.set(other, Buffer.from(csv));
    expect(await ingestInbox(ports, other)).toMatchObject({
      status: 'refused',
      reason: expect.stringContaining('recorded as a count'),
    });
    await expect(
      ports.registry.recordHistory(key('shop'), {
        metricKind: 'count',
        stepSeconds: 60,
        firstTime: 0,
        lastTime: 0,
        revisions: {},
      }),
    ).rejects.toThrow(SettingsConflict);
    expect(await ports.history.read(key('shop'), always)).toEqual(before);
  });
});
