import { expect, it } from 'vitest';
import { compilePattern } from '../../lib/local/events/pattern.ts';

const event = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  resources: ['arn:aws:s3:::inbox'],
  detail: { bucket: { name: 'inbox' }, object: { key: 'inbox/2026/a.csv.gz', size: 120 } },
};
const object = (pattern: unknown) => ({ detail: { object: pattern } });

it.each([
  [{ source: ['aws.s3', 'aws.ec2'] }, true],
  [{ source: ['aws.ec2'] }, false],
  [{ resources: ['arn:aws:s3:::inbox'] }, true],
  [object({ key: [{ prefix: 'inbox/' }] }), true],
  [object({ key: [{ prefix: 'outbox/' }] }), false],
  [object({ key: [{ suffix: '.csv' }, { suffix: '.csv.gz' }] }), true],
  [object({ key: [{ wildcard: 'inbox/*/*.gz' }] }), true],
  [object({ key: [{ 'equals-ignore-case': 'INBOX/2026/A.CSV.GZ' }] }), true],
  [object({ key: [{ 'anything-but': { prefix: 'inbox/' } }] }), false],
  [object({ key: [{ 'anything-but': ['a', 'b'] }] }), true],
  [object({ size: [{ numeric: ['>', 100, '<=', 120] }] }), true],
  [object({ size: [{ numeric: ['<', 100] }] }), false],
  [object({ version: [{ exists: false }] }), true],
  [object({ key: [{ exists: false }] }), false],
  [{ $or: [{ source: ['x'] }, object({ size: [120] })] }, true],
  [{ source: ['aws.s3'], detail: { bucket: { name: ['other'] } } }, false],
])('%j: %s', (pattern, expected) => {
  expect(compilePattern(pattern)(event)).toBe(expected);
});

it('refuses a comparison that it does not have, by name', () => {
  expect(() => compilePattern({ detail: { ip: [{ cidr: '10.0.0.0/8' }] } })).toThrow(/cidr/);
});
