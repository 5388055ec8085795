import { z } from 'zod';
import { historySource } from './history-source.ts';
import { scheduleFault } from './schedule-expression.ts';
import { namePart } from './series.ts';

/**
 * The one document that says what is deployed where: cloudtune.json. Each default has its reason in
 * docs/reference/configuration.md. Unknown keys are refused, so that a slip of the pen never passes for a default.
 */

const days = (max: number) => z.number().int().min(1).max(max);

const timeZone = z.string().superRefine((name, context) => {
  const refuse = (expected: string) => context.addIssue({ code: 'custom', message: expected });
  if (!/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/.test(name))
    return refuse('an IANA time zone such as "Europe/Paris"');
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return refuse('an IANA time zone such as "Europe/Paris"');
  }
  // Intl forgives letter case, EventBridge Scheduler does not.
  const exact = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase() === name.toLowerCase());
  if (exact !== undefined && exact !== name) refuse(`the time zone spelled "${exact}"`);
});

const countryNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const notCountries = ['EU', 'EZ', 'UN', 'XA', 'XB', 'ZZ'];
const country = z.string().superRefine((code, context) => {
  const refuse = (expected: string) => context.addIssue({ code: 'custom', message: expected });
  if (!/^[A-Z]{2}$/.test(code) || notCountries.includes(code) || countryNames.of(code) === undefined)
    return refuse('an ISO 3166-1 alpha-2 country in capitals, such as "FR"');
  const current = new Intl.Locale(`und-${code}`).region;
  if (current !== undefined && current !== code) refuse(`"${current}", the country's ISO 3166-1 code`);
});

const schedule = z.string().superRefine((expression, context) => {
  const expected = scheduleFault(expression);
  if (expected !== undefined) context.addIssue({ code: 'custom', message: expected });
});

const region = z.strictObject({
  id: z.string().regex(/^(?!calendar$)[a-z][a-z0-9-]{0,30}$/, {
    message:
      'lower-case letters, digits and "-", starting with a letter, at most 31, and not "calendar" (stacks and runs are named after it)',
  }),
  awsRegion: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { message: 'an AWS region such as "eu-west-3"' }),
  timeZone,
  country,
  subdivision: z
    .string()
    .regex(/^[A-Z0-9]{1,3}$/, { message: 'the part of an ISO 3166-2 code after the hyphen, such as "IDF"' })
    .optional(),
  refresh: z
    .strictObject({ schedule: schedule.default('cron(0 2 * * ? *)'), enabled: z.boolean().default(true) })
    .prefault({}),
  history: historySource.default({ kind: 's3' }),
});

const limits = z.strictObject({
  batchSize: z.number().int().min(1).max(200).default(100),
  maxConcurrency: z.number().int().min(1).max(1000).default(50),
  toleratedFailurePercentage: z.number().min(0).max(100).default(25),
  maxStaleDays: days(365).default(30),
  horizonDays: days(1096).default(730),
});

/** The days that CloudWatch Logs keeps, as it allows them. */
export const logDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const retention = z.strictObject({
  // Models serve on for a week while nothing changed; the index forgets its entries after 400 days.
  forecastDays: z.number().int().min(14).max(400).default(90),
  inboxDays: days(3650).default(30),
  historyVersionDays: days(3650).default(30),
  accessLogDays: days(3650).default(90),
  logDays: z.literal(logDays).default(90),
});

const alarms = z.strictObject({
  // A day and a little: the schedule is daily unless said otherwise.
  hoursWithoutPublication: z.number().int().min(2).max(168).default(26),
  topicArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/, {
      message: 'the ARN of an SNS topic such as "arn:aws:sns:eu-west-3:111122223333:on-call"',
    })
    .optional(),
});

const tags = z.record(
  z.string().regex(/^(?!aws:)[\w .:/=+@-]{1,128}$/i, {
    message: 'a tag name of 1 to 128 letters, digits, spaces or _.:/=+-@, not starting with "aws:"',
  }),
  z.string().max(256),
);

export const configuration = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-zA-Z][a-zA-Z0-9-]{0,30}$/, {
        message: 'letters, digits and "-", starting with a letter, at most 31 (stacks are named after it)',
      })
      .default('cloudtune'),
    stage: z.enum(['dev', 'prod']).default('dev'),
    regions: z.array(region).min(1).max(100),
    // A managed policy each and region; an account has 1,500 of them.
    teams: z.array(namePart).max(200).default([]),
    limits: limits.prefault({}),
    retention: retention.prefault({}),
    alarms: alarms.prefault({}),
    tags: tags.default({}),
  })
  .superRefine((document, context) => {
    document.regions.forEach(({ id }, i) => {
      const first = document.regions.findIndex((other) => other.id === id);
      if (first < i)
        context.addIssue({
          code: 'custom',
          path: ['regions', i, 'id'],
          message: `an id of its own (regions[${first}] has this one)`,
        });
    });
    document.teams.forEach((team, i) => {
      // IAM keeps names apart by letters alone, not by their case.
      const first = document.teams.findIndex((other) => other.toLowerCase() === team.toLowerCase());
      if (first < i)
        context.addIssue({
          code: 'custom',
          path: ['teams', i],
          message: `a team of its own (teams[${first}] has this name)`,
        });
    });
    if (document.retention.forecastDays <= document.limits.maxStaleDays)
      context.addIssue({
        code: 'custom',
        path: ['retention', 'forecastDays'],
        message: `more than limits.maxStaleDays (${document.limits.maxStaleDays}): a forecast kept as stale must still be stored`,
      });
  });

export type Configuration = z.infer<typeof configuration>;
export type RegionConfiguration = Configuration['regions'][number];

export interface ConfigurationProblem {
  /** As in JavaScript: `regions[0].timeZone`. */
  path: string;
  got: string;
  expected: string;
  mend: string;
}

/** The configuration cannot be used. `message` lists each problem on its own lines. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(source: string, problems: readonly ConfigurationProblem[]) {
    const lines = problems.map(
      ({ path, got, expected, mend }) =>
        `  ${path}\n    got       ${got}\n    expected  ${expected}\n    mend      ${mend}`,
    );
    super(`${source} cannot be used as the configuration:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

const reference = 'docs/reference/configuration.md';

function show(value: unknown) {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

const dotted = (path: readonly PropertyKey[]) =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '') || '(the document)';

function at(document: unknown, path: readonly PropertyKey[]) {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    document,
  );
}

function problemOf(issue: z.core.$ZodIssue, document: unknown): ConfigurationProblem {
  const value = at(document, issue.path);
  const path = dotted(issue.path);
  const seen = { path, got: show(value), mend: `change it as ${reference} says` };
  switch (issue.code) {
    case 'unrecognized_keys': {
      const names = issue.keys.map((key) => JSON.stringify(key)).join(', ');
      return {
        path,
        got: `the unknown key ${names}`,
        expected: 'known keys only',
        mend: `remove it, or correct its name (${reference} lists the keys)`,
      };
    }
    case 'invalid_type':
      return { ...seen, expected: `${issue.expected}`, mend: value === undefined ? 'add it' : seen.mend };
    case 'invalid_value':
      return { ...seen, expected: `one of ${issue.values.map((v) => JSON.stringify(v)).join(', ')}` };
    case 'invalid_union':
      return {
        ...seen,
        expected: issue.path.at(-1) === 'kind' ? '"s3" or "timestream"' : issue.message,
      };
    case 'too_small':
      return {
        ...seen,
        expected: `${issue.origin === 'array' ? 'a list of ' : ''}at least ${issue.minimum}`,
      };
    case 'too_big':
      return {
        ...seen,
        expected: `at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`,
      };
    case 'invalid_key':
      return {
        ...seen,
        got: JSON.stringify(issue.path.at(-1)),
        expected: issue.issues[0]?.message ?? issue.message,
      };
    default:
      return { ...seen, expected: issue.message };
  }
}

/**
 * The configuration that a document says, defaults filled in.
 * @param source named in errors, such as the file's path
 * @throws ConfigurationError listing everything that is wrong
 */
export function parseConfiguration(document: unknown, source = 'The document'): Configuration {
  const result = configuration.safeParse(document);
  if (result.success) return result.data;
  throw new ConfigurationError(
    source,
    result.error.issues.map((issue) => problemOf(issue, document)),
  );
}

/** The same from JSON text. */
export function parseConfigurationText(text: string, source = 'The document'): Configuration {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(source, [
      {
        path: '(the document)',
        got: show(text.slice(0, 60)),
        expected: `JSON (${(error as Error).message})`,
        mend: 'correct the JSON; comments and trailing commas are not JSON',
      },
    ]);
  }
  return parseConfiguration(document, source);
}
