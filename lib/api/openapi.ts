import { z } from 'zod';
import { problem } from '../service/contracts/http.ts';
import type { Contract, Method, Resource } from './resource.ts';

const named = (text: string) =>
  text.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()).replaceAll(/\W/g, '');

/**
 * The API as an OpenAPI 3.1 document, made from the contracts that the routes check requests with and that their answers
 * are typed by. Problems may be of any status beside those listed (RFC 9457).
 *
 * @see https://spec.openapis.org/oas/v3.1.1
 */
export function openApiOf(resources: readonly Resource[]): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'CloudTune',
      version: '1.0.0',
      summary: 'Forecasts of computing demand: every team, every region, and above all the peaks.',
      description:
        'Instants are RFC 3339; ranges are half-open, [start, end). Answers are columns of equal length. See docs/reference/api.md.',
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      { url: '/', description: 'Deployed: the address of a region. On a laptop: http://127.0.0.1:8787' },
    ],
    security: [{ sigv4: [] }],
    paths: Object.fromEntries(
      resources.map(({ path, contracts }) => [
        path.replaceAll(/:(\w+)/g, '{$1}'),
        {
          ...(path.includes(':') && { parameters: pathParameters(path) }),
          ...Object.fromEntries(
            Object.entries(contracts).map(([method, contract]) => [
              method.toLowerCase(),
              operation(path, method as Method, contract),
            ]),
          ),
        },
      ]),
    ),
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      securitySchemes: {
        sigv4: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          description: 'AWS Signature Version 4 of the service execute-api. On a laptop nothing is signed.',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
    },
  };
}

const pathParameters = (path: string) =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function operation(path: string, method: Method, contract: Contract) {
  const { about, query, headers = {}, body, answer, statuses = [200] } = contract;
  const schema = answer && schemaOf(answer, 'output');
  const parameters = [
    ...(query === undefined ? [] : queryParameters(query)),
    ...Object.entries(headers).map(([name, description]) => ({
      name,
      in: 'header',
      description,
      schema: { type: 'string' },
    })),
  ];
  return {
    operationId: named(`${method.toLowerCase()}-${path.slice(4).replaceAll(/[/:]+/g, '-')}`),
    summary: about,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: {
        required: method === 'PUT',
        content: Object.fromEntries(
          Object.entries(body).map(([type, part]) => [
            type,
            { schema: part === 'text' ? { type: 'string' } : schemaOf(part, 'input') },
          ]),
        ),
      },
    }),
    responses: {
      ...Object.fromEntries(
        statuses.map((status) => [
          status,
          {
            description: 'Done',
            ...(schema !== undefined && { content: { 'application/json': { schema } } }),
          },
        ]),
      ),
      default: {
        description: 'What is wrong, and how to mend it',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

/** Parameters are texts in a URL, whatever they are turned into. */
function queryParameters(query: z.ZodObject) {
  const { properties = {} } = schemaOf(query, 'input') as { properties?: Record<string, object> };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  return rest;
}
