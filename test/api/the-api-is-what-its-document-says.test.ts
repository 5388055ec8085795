import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { createApi, openApi } from '../../lib/api/index.ts';
import { problem } from '../../lib/service/contracts/http.ts';
import { memoryRegion } from '../service/region.ts';
import { heldAgainstOpenApi } from './held-against-openapi.ts';

interface Parameter {
  name: string;
  in: string;
}
const document = openApi() as {
  paths: Record<string, Record<string, { parameters?: Parameter[]; summary: string; operationId: string }>>;
};
const operations = Object.entries(document.paths).flatMap(([path, { parameters: _, ...methods }]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    ...operation,
  })),
);

describe('the OpenAPI document', () => {
  it('is one, of version 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result).toMatchObject({ valid: true });
  });

  it('is served, and the committed one is the same (npm run docs:openapi)', async () => {
    const { api } = memoryRegion();
    const served = await (await api(new Request('http://api/v1/openapi.json'))).json();
    const file = resolve(import.meta.dirname, '../../docs/reference/openapi.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(served);
    expect(served).toEqual(document);
  });

  it('names every operation once, and says what it is for', () => {
    expect(operations.length).toBeGreaterThan(20);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { summary } of operations) expect(summary.length).toBeGreaterThan(5);
  });

  it.each(
    operations
      // What comes with a body is refused for it first; observations of CSV alone take parameters.
      .filter(({ path, method }) => method === 'GET' || (method === 'PUT' && !path.endsWith('observations'))),
  )('has the parameters that $method $path takes, and no others', async ({
    path,
    method,
    parameters = [],
  }) => {
    const { api } = memoryRegion();
    const filled = path
      .replace('{region}', 'eu')
      .replace('{team}', 'shop')
      .replaceAll(/\{\w+\}/g, (name) => (path.includes('runs') ? 'eu-20260101T000000Z' : name.slice(1, -1)));
    const answer = await api(
      new Request(`http://api${filled}?no-such-parameter=1`, {
        method,
        ...(method === 'PUT' && {
          headers: { 'content-type': 'application/json', 'if-match': '*' },
          body: '{}',
        }),
      }),
    );
    expect(answer.status).toBe(400);
    const { errors } = problem.parse(await answer.json());
    const names = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
    expect(errors![0]!.expected).toBe(names.length === 0 ? 'no parameters' : `one of ${names.join(', ')}`);
  });
});

describe('the tests of the API', () => {
  it('hold every answer against the document: one that says too little is found', async () => {
    const held = heldAgainstOpenApi(async () => Response.json({ series: [{ team: 'shop' }] }));
    await expect(held(new Request('http://api/v1/series'))).rejects.toThrow(/200 of GET \/v1\/series is not/);
    const unknown = heldAgainstOpenApi(async () => Response.json({}));
    await expect(unknown(new Request('http://api/v1/secrets'))).rejects.toThrow(
      /not in the OpenAPI document/,
    );
    const plain = heldAgainstOpenApi(async () => new Response('{}', { status: 400 }));
    await expect(plain(new Request('http://api/v1/series'))).rejects.toThrow(/expected a problem/);
    expect(typeof createApi).toBe('function');
  });
});
