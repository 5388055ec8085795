import { Duration, Size, type Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  LambdaIntegration,
  MockIntegration,
  ResponseType,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { expect, it } from 'vitest';
import { boot, functionOf, synthesize } from './small-app.ts';

const echo = `export const handler = async (event) => {
  const how = event.queryStringParameters?.how;
  if (how === 'throw') throw new Error('no');
  if (how === 'shape') return 'not a response';
  if (how === 'wait') await new Promise((done) => setTimeout(done, 5_000));
  if (how === 'big') return { statusCode: 200, body: 'x'.repeat(6_300_000) };
  if (how === 'long') return { statusCode: 200, body: 'y'.repeat(5_000) };
  if (how === 'bytes')
    return { statusCode: 200, headers: { 'Content-Type': 'image/png' }, body: Buffer.from([1, 2, 255]).toString('base64'), isBase64Encoded: true };
  if (how === 'many')
    return { statusCode: 201, headers: { ETag: '"a"' }, multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] }, body: '' };
  return { statusCode: 200, body: JSON.stringify(event) };
};`;

function build(stack: Stack): void {
  const handler = functionOf(stack, 'Echo', echo);
  const api = new RestApi(stack, 'Front', {
    binaryMediaTypes: ['image/*', 'application/octet-stream'],
    minCompressionSize: Size.bytes(1024),
    deployOptions: { stageName: 'live', variables: { flavour: 'vanilla' } },
    cloudWatchRole: false,
    defaultCorsPreflightOptions: { allowOrigins: ['https://example.org'], allowMethods: ['GET'] },
  });
  const integration = new LambdaIntegration(handler);
  api.root.addMethod('GET', integration);
  const things = api.root.addResource('things');
  things.addMethod('ANY', integration);
  const thing = things.addResource('{thing}');
  thing.addMethod('GET', integration, { authorizationType: AuthorizationType.IAM });
  thing.addMethod('PUT', integration, {
    requestParameters: { 'method.request.querystring.unit': true },
    requestValidatorOptions: { validateRequestParameters: true },
  });
  things.addResource('first').addMethod('GET', integration);
  api.root.addResource('files').addResource('{path+}').addMethod('GET', integration);
  api.root
    .addResource('hasty')
    .addMethod('GET', new LambdaIntegration(handler, { timeout: Duration.millis(300) }));
}

const front = async () => {
  const cloud = await boot(synthesize(build));
  const url = cloud.apis[0]!.url;
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[a-z0-9]{10}\/live$/);
  expect(cloud.stacks[0]?.outputs).toEqual({ [Object.keys(cloud.stacks[0]!.outputs)[0]!]: `${url}/` });
  return url;
};

it('hands a function the event of a proxy integration, and the client its answer', async () => {
  const url = await front();
  const response = await fetch(`${url}/things/caf%C3%A9?tag=a&tag=b&q=x%20y`, {
    headers: { 'X-Custom': 'Yes', Accept: 'application/json' },
  });
  const event = (await response.json()) as { headers: Record<string, string> };
  expect(event).toMatchObject({
    resource: '/things/{thing}',
    path: '/things/caf%C3%A9',
    httpMethod: 'GET',
    pathParameters: { thing: 'caf%C3%A9' },
    queryStringParameters: { tag: 'b', q: 'x y' },
    multiValueQueryStringParameters: { tag: ['a', 'b'], q: ['x y'] },
    stageVariables: { flavour: 'vanilla' },
    body: null,
    isBase64Encoded: false,
    requestContext: {
      stage: 'live',
      path: '/live/things/caf%C3%A9',
      resourcePath: '/things/{thing}',
      identity: { userArn: expect.stringContaining('arn:aws:iam::') },
    },
  });
  const custom = Object.entries(event.headers).find(([name]) => name.toLowerCase() === 'x-custom');
  expect(custom?.[1]).toBe('Yes');

  const many = await fetch(`${url}/things?how=many`, { method: 'POST', body: 'x' });
  expect(many.status).toBe(201);
  expect(many.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(many.headers.get('etag')).toBe('"a"');
});

it('prefers the literal path, then the parameter, then what takes the rest', async () => {
  const url = await front();
  const resource = async (path: string, method = 'GET') =>
    (await (await fetch(`${url}${path}`, { method })).json()) as { resource?: string; message?: string };
  expect(await resource('/things/first')).toHaveProperty('resource', '/things/first');
  expect(await resource('/things/second')).toHaveProperty('resource', '/things/{thing}');
  expect(await resource('/things', 'PATCH')).toHaveProperty('resource', '/things');
  expect(await resource('/')).toHaveProperty('resource', '/');
  const nested = await (await fetch(`${url}/files/a/b%20c/d`)).json();
  expect(nested).toMatchObject({ resource: '/files/{path+}', pathParameters: { path: 'a/b%20c/d' } });
  for (const [path, method] of [
    ['/nothing', 'GET'],
    ['/things/second', 'DELETE'],
    ['/files', 'GET'],
  ] as const) {
    const response = await fetch(`${url}${path}`, { method });
    expect([path, response.status, await response.json()]).toEqual([
      path,
      403,
      { message: 'Missing Authentication Token' },
    ]);
  }
});

it('carries bytes as base64 both ways, and compresses what is long', async () => {
  const url = await front();
  const up = await fetch(`${url}/things`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array([0, 200, 255]),
  });
  expect(await up.json()).toMatchObject({ isBase64Encoded: true, body: 'AMj/' });
  const text = await fetch(`${url}/things`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: 'plain é',
  });
  expect(await text.json()).toMatchObject({ isBase64Encoded: false, body: 'plain é' });
  const down = await fetch(`${url}/things?how=bytes`, { headers: { accept: 'image/png' } });
  expect([...new Uint8Array(await down.arrayBuffer())]).toEqual([1, 2, 255]);
  const long = await fetch(`${url}/things?how=long`, { headers: { 'accept-encoding': 'gzip' } });
  expect(long.headers.get('content-encoding')).toBe('gzip');
  expect(await long.text()).toBe('y'.repeat(5_000));
});

it('answers for what goes wrong: 400, 413, 502 and 504', async () => {
  const url = await front();
  const failure = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    return [response.status, ((await response.json()) as { message: string }).message];
  };
  const missing = [400, 'Missing required request parameters: [unit]'];
  expect(await failure('/things/one', { method: 'PUT' })).toEqual(missing);
  const broken = [502, 'Internal server error'];
  expect(await failure('/things?how=throw')).toEqual(broken);
  expect(await failure('/things?how=shape')).toEqual(broken);
  expect(await failure('/things?how=big')).toEqual(broken);
  expect(await failure('/hasty?how=wait')).toEqual([504, 'Endpoint request timed out']);
  const post = (size: number) => failure('/things', { method: 'POST', body: 'z'.repeat(size) });
  expect(await post(11_000_000)).toEqual([413, 'Request Too Long']);
  expect(await post(7_000_000)).toEqual([413, 'Request Too Long']);
});

it('refuses in the words of the API where it has some', async () => {
  const cloud = await boot(
    synthesize((stack) => {
      const api = new RestApi(stack, 'Front', { cloudWatchRole: false });
      api.addGatewayResponse('TooLarge', {
        type: ResponseType.REQUEST_TOO_LARGE,
        statusCode: '422',
        responseHeaders: { 'Content-Type': "'application/problem+json'" },
        templates: { 'application/json': '{"title":"Too large"}' },
      });
      api.addGatewayResponse('Other', {
        type: ResponseType.DEFAULT_4XX,
        responseHeaders: { 'X-Own': "'yes'" },
      });
      api.root.addMethod('POST', new LambdaIntegration(functionOf(stack, 'Echo', echo)));
    }),
  );
  const url = cloud.apis[0]!.url;
  for (const size of [7_000_000, 11_000_000]) {
    const large = await fetch(url, { method: 'POST', body: 'z'.repeat(size) });
    expect(large.status).toBe(422);
    expect(large.headers.get('content-type')).toBe('application/problem+json');
    expect(await large.json()).toEqual({ title: 'Too large' });
  }
  const other = await fetch(`${url}/nothing`);
  expect([other.status, other.headers.get('x-own')]).toEqual([403, 'yes']);
  expect(await other.json()).toEqual({ message: 'Missing Authentication Token' });
});

it('answers a preflight by itself', async () => {
  const url = await front();
  const response = await fetch(`${url}/things`, { method: 'OPTIONS' });
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe('https://example.org');
});

it('refuses at boot what it cannot do: another authorizer, another integration', async () => {
  const refusal = (mend: (api: RestApi) => void) =>
    boot(
      synthesize((stack) => {
        const api = new RestApi(stack, 'Front', { cloudWatchRole: false });
        mend(api);
      }),
    );
  await expect(
    refusal((api) => {
      api.root.addMethod('GET', new MockIntegration({ requestTemplates: {} }));
    }),
  ).rejects.toThrow(/FrontGET\w+ \(AWS::ApiGateway::Method\) is a mock with no integration responses/);
  await expect(
    refusal((api) => {
      api.root.addMethod('GET', new MockIntegration({ integrationResponses: [{ statusCode: '200' }] }));
      api.addGatewayResponse('Late', {
        type: ResponseType.INTEGRATION_TIMEOUT,
        templates: { 'application/json': '{"at":"$context.requestTime"}' },
      });
    }),
  ).rejects.toThrow(/FrontLate\w+ \(AWS::ApiGateway::GatewayResponse\) is a template with variables/);
  await expect(
    refusal((api) => {
      api.root.addMethod('GET', new MockIntegration({ integrationResponses: [{ statusCode: '200' }] }), {
        apiKeyRequired: true,
      });
    }),
  ).rejects.toThrow(/requires an API key/);
});
