import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

/** What a REST API's proxy integration hands over, as a Request. Never throws for anything that the gateway sends. */
export function requestOf(event: APIGatewayProxyEvent): Request {
  const url = new URL('https://api.invalid');
  url.pathname = asJudged(event.path);
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {}))
    for (const value of values ?? []) url.searchParams.append(name, value);
  const headers = new Headers();
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {}))
    for (const value of values ?? []) headers.append(name, value.replaceAll(/[^\x20-\x7e]/g, '?'));
  // Who signed the request, as only API Gateway knows it.
  headers.delete('cloudtune-caller');
  const caller = event.requestContext?.identity?.userArn;
  if (caller) headers.set('cloudtune-caller', encodeURIComponent(caller));
  const method = event.httpMethod;
  // A body of a GET means nothing, and Request refuses it.
  const hasBody = event.body !== null && method !== 'GET' && method !== 'HEAD';
  return new Request(url, {
    method,
    headers,
    ...(hasBody && { body: Buffer.from(event.body!, event.isBase64Encoded ? 'base64' : 'utf8') }),
  });
}

/**
 * A path whose segments a URL leaves as they are. IAM judged the path as it was sent: were `/v1/teams/own/../other` to
 * become `/v1/teams/other` afterwards, one team's policy would open another team's series.
 */
const asJudged = (path: string) =>
  path
    .replaceAll(/[\\\t\n\r]/g, encodeURIComponent)
    .replaceAll(/(?<=\/)(\.|%2e){1,2}(?=\/|$)/gi, (dots) => dots.replaceAll(/\.|%2e/gi, '%252E'));

/** A Response of text as the proxy integration takes it. */
export async function resultOf(response: Response): Promise<APIGatewayProxyResult> {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    isBase64Encoded: false,
  };
}
