// Asked for anew each time: what is planned may change at any moment.
export const calendarHeaders = (version: number) => ({
  etag: `"${version}"`,
  'cache-control': 'private, no-cache',
  vary: 'accept, authorization',
});

/** Who makes a change: whom API Gateway has seen sign it (`adapters/lambda` says so in this header, and nobody else can). */
export const authorOf = (request: Request): string =>
  decodeURIComponent(request.headers.get('cloudtune-caller') ?? 'unknown').slice(0, 200);
