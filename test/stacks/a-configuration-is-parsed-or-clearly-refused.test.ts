import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  parseConfiguration,
  parseConfigurationText,
} from '../../lib/service/contracts/configuration.ts';
import { readConfiguration } from '../../lib/stacks/index.ts';
import { newYork, paris, root, smallest } from './assembly.ts';

const refusalOf = (document: unknown) => {
  try {
    parseConfiguration(document);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};
const withRegion = (change: object) => ({ regions: [{ ...paris, ...change }] });

describe('teams', () => {
  it('stand once each, whatever the case of their letters', () => {
    expect(() => parseConfiguration({ ...smallest, teams: ['shop', 'Shop'] })).toThrow(
      /teams\[1\][\s\S]*teams\[0\]/,
    );
  });

  it('have names that an IAM policy takes as they are', () => {
    expect(() => parseConfiguration({ ...smallest, teams: ['*'] })).toThrow(/teams\[0\]/);
  });
});

describe('a document that says a configuration', () => {
  it('gets the documented defaults for what it leaves out', () => {
    expect(parseConfiguration(smallest)).toEqual({
      name: 'cloudtune',
      stage: 'dev',
      regions: [
        { ...paris, refresh: { schedule: 'cron(0 2 * * ? *)', enabled: true }, history: { kind: 's3' } },
      ],
      limits: {
        batchSize: 100,
        maxConcurrency: 50,
        toleratedFailurePercentage: 25,
        maxStaleDays: 30,
        horizonDays: 730,
      },
      retention: { forecastDays: 90, inboxDays: 30, historyVersionDays: 30, accessLogDays: 90, logDays: 90 },
      alarms: { hoursWithoutPublication: 26 },
      tags: {},
      teams: [],
    });
  });

  it('is what the repository ships: the four regions of the examples', () => {
    const { regions } = readConfiguration(join(root, 'cloudtune.json'));
    expect(regions.map(({ id, timeZone, country, awsRegion }) => [id, timeZone, country, awsRegion])).toEqual(
      [
        ['fr', 'Europe/Paris', 'FR', 'eu-west-3'],
        ['us', 'America/New_York', 'US', 'us-east-1'],
        ['gb', 'Europe/London', 'GB', 'eu-west-2'],
        ['ma', 'Africa/Casablanca', 'MA', 'eu-south-2'],
      ],
    );
  });

  it('is documented: each key and each default stand in the reference', () => {
    const reference = readFileSync(join(root, 'docs/reference/configuration.md'), 'utf8');
    const { regions, ...rest } = parseConfiguration({ regions: [newYork] });
    const keys = (value: object): string[] =>
      Object.entries(value).flatMap(([key, inner]) =>
        typeof inner === 'object' ? [key, ...keys(inner)] : [key],
      );
    const missing = [...keys(rest), ...keys(regions[0] ?? {})].filter(
      (key) => !reference.includes(`\`${key}\``),
    );
    expect(missing).toEqual([]);
    for (const [key, value] of Object.entries({ ...rest.limits, ...rest.retention }))
      expect(reference, key).toMatch(new RegExp(`\`${key}\` \\| ${value} \\|`));
  });

  it('may use every form of cron and rate that EventBridge Scheduler reads', () => {
    for (const schedule of [
      'rate(1 day)',
      'rate(15 minutes)',
      'cron(0/15 * * * ? *)',
      'cron(0 2 ? * MON-FRI *)',
      'cron(30 6,18 L JAN-MAR,12 ? 2026-2030)',
      'cron(0 3 ? * 6#2 *)',
    ])
      expect(parseConfiguration(withRegion({ refresh: { schedule } })).regions[0]?.refresh.schedule).toBe(
        schedule,
      );
  });
});

describe('a document that does not is refused with path, got, expected and how to mend it', () => {
  it.each([
    [
      'a time zone that is none',
      withRegion({ timeZone: 'Europe/Pariss' }),
      'regions[0].timeZone',
      'an IANA time zone',
    ],
    [
      'a time zone in wrong case',
      withRegion({ timeZone: 'europe/paris' }),
      'regions[0].timeZone',
      '"Europe/Paris"',
    ],
    [
      'an offset for a time zone',
      withRegion({ timeZone: '+01:00' }),
      'regions[0].timeZone',
      'an IANA time zone',
    ],
    ['a country that is none', withRegion({ country: 'ZZ' }), 'regions[0].country', 'ISO 3166-1'],
    ['a nickname of a country', withRegion({ country: 'UK' }), 'regions[0].country', '"GB"'],
    [
      'a region without a zone',
      { regions: [{ ...paris, timeZone: undefined }] },
      'regions[0].timeZone',
      'string',
    ],
    ['no regions', { regions: [] }, 'regions', 'at least 1'],
    [
      'the same id twice',
      { regions: [paris, { ...newYork, id: 'fr' }] },
      'regions[1].id',
      'regions[0] has this one',
    ],
    ['another history', withRegion({ history: { kind: 'influx' } }), 'regions[0].history.kind', '"s3" or'],
    ['an unknown key', { ...smallest, limit: {} }, '(the document)', 'known keys only'],
    ['an unknown inner key', withRegion({ zone: 1 }), 'regions[0]', 'known keys only'],
    [
      'five cron fields',
      withRegion({ refresh: { schedule: 'cron(0 2 * * ?)' } }),
      'regions[0].refresh.schedule',
      'six fields',
    ],
    [
      'two days in a cron',
      withRegion({ refresh: { schedule: 'cron(0 2 * * * *)' } }),
      'regions[0].refresh.schedule',
      '"?"',
    ],
    [
      'an hour 24',
      withRegion({ refresh: { schedule: 'cron(0 24 * * ? *)' } }),
      'regions[0].refresh.schedule',
      '"hours"',
    ],
    [
      'a rate in a wrong plural',
      withRegion({ refresh: { schedule: 'rate(1 hours)' } }),
      'regions[0].refresh.schedule',
      'singular',
    ],
    [
      'a batch beyond the payload limit',
      { ...smallest, limits: { batchSize: 5000 } },
      'limits.batchSize',
      'at most 200',
    ],
    ['a stage that is none', { ...smallest, stage: 'test' }, 'stage', '"dev", "prod"'],
    [
      'log days that CloudWatch lacks',
      { ...smallest, retention: { logDays: 91 } },
      'retention.logDays',
      '90',
    ],
    [
      'forecasts gone before stale ones',
      { ...smallest, retention: { forecastDays: 30 } },
      'retention.forecastDays',
      'limits.maxStaleDays (30)',
    ],
    [
      'forecasts gone before they are replaced',
      { ...smallest, retention: { forecastDays: 7 } },
      'retention.forecastDays',
      'at least 14',
    ],
    ['a reserved tag', { ...smallest, tags: { 'aws:x': 'y' } }, 'tags.aws:x', 'aws:'],
    ['a list', [], '(the document)', 'object'],
  ])('%s', (_what, document, path, expected) => {
    const error = refusalOf(document);
    expect(error.problems.map((problem) => problem.path)).toContain(path);
    const problem = error.problems.find((candidate) => candidate.path === path);
    expect(problem?.expected).toContain(expected);
    expect(problem?.got).not.toBe('');
    expect(problem?.mend).not.toBe('');
    expect(error.message).toContain(`  ${path}\n    got       ${problem?.got}`);
  });

  it('names what was got, and every problem at once', () => {
    const error = refusalOf({
      ...withRegion({ timeZone: 'Mars/Olympus', country: 'France' }),
      stage: 'test',
    });
    expect(error.problems.map(({ path, got }) => [path, got])).toEqual([
      ['stage', '"test"'],
      ['regions[0].timeZone', '"Mars/Olympus"'],
      ['regions[0].country', '"France"'],
    ]);
  });

  it('a file that is not there, or is not JSON', () => {
    expect(() => readConfiguration(join(root, 'no-such.json'))).toThrow(
      /no-such\.json.*ENOENT.*CLOUDTUNE_CONFIG/s,
    );
    expect(() => parseConfigurationText('{ "regions": [], }')).toThrow(ConfigurationError);
  });
});

it('a thousand fuzzed documents are each parsed or refused as a ConfigurationError, never a crash', () => {
  const full = parseConfiguration({ regions: [paris, newYork], tags: { a: 'b' } });
  const paths = (value: unknown, at: (string | number)[] = []): (string | number)[][] =>
    typeof value === 'object' && value !== null
      ? [at, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...at, key]))]
      : [at];
  const strange = fc.oneof(
    fc.jsonValue(),
    fc.string(),
    fc.double(),
    fc.constantFrom(
      '__proto__',
      'cron(',
      'cron(0 2 * * ? *)',
      'rate(0 days)',
      'UTC',
      'GB',
      '',
      -0,
      1e308,
      null,
    ),
  );
  const mutated = fc.tuple(fc.constantFrom(...paths(full)), strange).map(([path, value]) => {
    if (path.length === 0) return value;
    const copy = structuredClone(full) as unknown as Record<string, unknown>;
    let node = copy;
    for (const key of path.slice(0, -1)) node = node[key] as Record<string, unknown>;
    Object.defineProperty(node, path.at(-1) as string, { value, enumerable: true, configurable: true });
    return copy;
  });
  let parsed = 0;
  let refused = 0;
  const check = (text: string) => {
    try {
      parseConfigurationText(text);
      parsed++;
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      expect(error.problems.length).toBeGreaterThan(0);
      for (const { path, got, expected, mend } of error.problems)
        for (const part of [path, got, expected, mend]) expect(part).toMatch(/\S/);
      refused++;
    }
  };
  fc.assert(
    fc.property(
      fc.oneof({ weight: 4, arbitrary: mutated.map((d) => JSON.stringify(d) ?? '') }, fc.string()),
      check,
    ),
    { numRuns: 1000, seed: 20261123 },
  );
  expect(parsed + refused).toBe(1000);
  expect(parsed).toBeGreaterThan(10);
  expect(refused).toBeGreaterThan(500);
}, 60_000);
