import { describe, expect, it } from 'vitest';
import { addressOf, type Seen, seenAt } from '../../lib/web/address.ts';

describe('the address', () => {
  it.each<[string, Seen]>([
    ['/', { view: 'fleet' }],
    ['?view=calendar&event=bf-2026', { view: 'calendar', place: { span: undefined, event: 'bf-2026' } }],
    [
      '?series=shop/fr/orders&start=2026-11-01T00:00:00.000Z&end=2026-12-01T00:00:00.000Z&before=30&move=a%3Db=2026-11-27..2026-11-29',
      {
        view: 'series',
        series: 'shop/fr/orders',
        place: {
          span: { start: Date.UTC(2026, 10, 1), end: Date.UTC(2026, 11, 1) },
          past: 30,
          supposed: { id: 'a=b', start: '2026-11-27', end: '2026-11-29' },
        },
      },
    ],
    [
      '?series=shop/fr/orders&move=drop=2026-11-27T10:00:00Z',
      {
        view: 'series',
        series: 'shop/fr/orders',
        place: { span: undefined, past: undefined, supposed: { id: 'drop', start: '2026-11-27T10:00:00Z' } },
      },
    ],
  ])('%s leads back to what was seen', (address, seen) => {
    expect(seenAt(address === '/' ? '' : address)).toEqual(seen);
    expect(seenAt(addressOf(seen).replace(/^\//, ''))).toEqual(seen);
  });

  it('takes what it cannot read as not said', () => {
    expect(seenAt('?series=a/b/c&start=soon&end=late&before=-3&move=x=never')).toEqual({
      view: 'series',
      series: 'a/b/c',
      place: { span: undefined, past: undefined, supposed: undefined },
    });
  });
});
