import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  inboxCounts,
  ingestCounts,
  outcomeCounts,
  publicationCounts,
} from '../../lib/adapters/lambda/index.ts';
import { environments } from '../../lib/service/contracts/environment.ts';
import { ofType, paris, root, synthesize, templateOf } from './assembly.ts';

interface MetricStat {
  Metric?: { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: string }[] };
}
const alarms = () =>
  ofType(templateOf('cloudtune-fr'), 'AWS::CloudWatch::Alarm').map(([, one]) => one.Properties);
const runbook = readFileSync(resolve(root, 'docs/runbook.md'), 'utf8');
const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, name]) => name);

/** What the functions really count, of outputs as they have them. */
const emitted: Record<string, string[]> = {
  'publish-run': Object.keys(publicationCounts({ runId: 'fr-20260101T000000Z', result: 'published' })),
  'forecast-batch': Object.keys(outcomeCounts({ outcomes: [] })),
  'ingest-inbox': [
    ...Object.keys(ingestCounts({ accepted: 1, rejected: 1 })),
    ...Object.keys(
      inboxCounts({
        ...{ schemaVersion: 1, key: 'inbox/x', status: 'ingested' },
        ...{ seriesId: 'a/b/c', accepted: 1, rejected: 0, rejections: [] },
      } as never),
    ),
  ],
};

describe('each alarm', () => {
  it('names a section of the runbook that there is, and each section has an alarm', () => {
    const named = alarms().map(
      ({ AlarmDescription }) => /docs\/runbook\.md#(\S+)$/.exec(AlarmDescription)?.[1],
    );
    expect(named.length).toBeGreaterThanOrEqual(8);
    expect([...named].sort()).toEqual([...sections].sort());
    for (const part of runbook.split(/^## /m).slice(1))
      for (const question of ['**Means**', '**Look**', '**Do**']) expect(part).toContain(question);
  });

  it('watches what the code counts, under the names and dimensions that it has', () => {
    const ours = alarms()
      .flatMap(({ Metrics = [], ...one }): MetricStat[] => [
        ...Metrics.map(({ MetricStat }: { MetricStat?: MetricStat }) => MetricStat ?? {}),
        { Metric: { Namespace: one.Namespace, MetricName: one.MetricName, Dimensions: one.Dimensions } },
      ])
      .flatMap(({ Metric }) => (Metric?.Namespace === 'CloudTune' ? [Metric] : []));
    expect(ours.length).toBeGreaterThanOrEqual(7);
    for (const { MetricName, Dimensions = [] } of ours) {
      const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
      expect(Object.keys(dimensions).sort()).toEqual(['region', 'service']);
      expect(dimensions.region).toBe('fr');
      expect(Object.keys(environments)).toContain(dimensions.service);
      expect(emitted[dimensions.service!], MetricName).toContain(MetricName);
    }
  });

  it('rings when nothing is published, and takes silence for good news otherwise', () => {
    const missing = Object.fromEntries(
      alarms().map(({ AlarmName, TreatMissingData }) => [AlarmName, TreatMissingData]),
    );
    expect(missing['cloudtune-fr-no-publication']).toBe('breaching');
    expect(Object.values(missing).filter((how) => how === 'breaching')).toHaveLength(1);
  });

  it('tells the topic of the configuration, when there is one', () => {
    const topicArn = 'arn:aws:sns:eu-west-3:111122223333:on-call';
    const template = templateOf('cloudtune-fr', synthesize({ regions: [paris], alarms: { topicArn } }));
    for (const [id, { Properties }] of ofType(template, 'AWS::CloudWatch::Alarm'))
      expect([Properties.AlarmActions, Properties.OKActions], id).toEqual([[topicArn], [topicArn]]);
    for (const { AlarmActions } of alarms()) expect(AlarmActions).toBeUndefined();
  });
});
