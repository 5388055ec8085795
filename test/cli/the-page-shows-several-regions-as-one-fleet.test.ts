import { describe, expect, it } from 'vitest';
import { oneOrigin } from '../../lib/cli/commands/ui.ts';
import type { Send } from '../../lib/cli/signature.ts';

const urls = {
  eu: 'https://abc.execute-api.eu-west-1.amazonaws.com/prod',
  us: 'https://abc.execute-api.us-east-1.amazonaws.com/prod',
};

/** Deployed APIs, each of its regions; `asked` has what each was sent. */
function deployed(regions: Record<string, string[]>) {
  const asked: [url: string, method: string, path: string][] = [];
  const sendOf =
    (url: string): Send =>
    async (request) => {
      const path = request.url.slice(url.length);
      asked.push([url, request.method, path]);
      const own = regions[url] ?? [];
      if (path === '/v1/regions') return Response.json({ regions: own.map((region) => ({ region })) });
      if (path === '/v1/series')
        return Response.json({ series: own.map((region) => ({ seriesId: `shop/${region}/orders` })) });
      return Response.json({ path });
    };
  return { asked, sendOf };
}
const page = (path: string, init?: RequestInit) => new Request(`http://127.0.0.1:8788${path}`, init);

describe('the page over the APIs of several regions', () => {
  it('lists the series of all, and sends what is of a region to its own API, signed for it', async () => {
    const { asked, sendOf } = deployed({ [urls.eu]: ['eu'], [urls.us]: ['us'] });
    const send = await oneOrigin([urls.eu, urls.us], sendOf);
    expect(await (await send(page('/v1/series'))).json()).toEqual({
      series: [{ seriesId: 'shop/eu/orders' }, { seriesId: 'shop/us/orders' }],
    });
    asked.length = 0;
    await send(page('/v1/teams/shop/regions/us/metrics/orders/peaks?by=day'));
    await send(page('/v1/calendar/events/bf', { method: 'PUT', body: '{}' }));
    expect(asked).toEqual([
      [urls.us, 'GET', '/v1/teams/shop/regions/us/metrics/orders/peaks?by=day'],
      [urls.eu, 'PUT', '/v1/calendar/events/bf'],
    ]);
  });

  it('hands one API on as it is, whatever its regions', async () => {
    const { asked, sendOf } = deployed({ [urls.eu]: ['eu', 'us'] });
    const send = await oneOrigin([urls.eu], sendOf);
    await send(page('/v1/series?limit=5'));
    expect(asked).toEqual([[urls.eu, 'GET', '/v1/series?limit=5']]);
  });

  it.each([
    ['two APIs of one region', { [urls.eu]: ['eu'], [urls.us]: ['eu'] }, /region eu is named twice/],
    ['an API of several regions', { [urls.eu]: ['eu'], [urls.us]: ['us', 'ca'] }, /is of us, ca/],
    ['an API of none', { [urls.eu]: ['eu'] }, /us-east-1.* is of none/],
  ])('refuses %s', async (_, regions, words) => {
    await expect(oneOrigin([urls.eu, urls.us], deployed(regions).sendOf)).rejects.toThrow(words);
  });

  it('says which API does not answer, and why', async () => {
    const { sendOf } = deployed({ [urls.eu]: ['eu'] });
    const refusing = (url: string): Send =>
      url === urls.us
        ? async () => Response.json({ message: 'The security token is expired' }, { status: 403 })
        : sendOf(url);
    await expect(oneOrigin([urls.eu, urls.us], refusing)).rejects.toThrow(/us-east-1.*token is expired/);
  });
});
