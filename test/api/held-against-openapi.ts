import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { openApi } from '../../lib/api/index.ts';

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

const document = openApi() as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: { Problem: object } };
};
const ajv = new Ajv2020({ strict: false, allErrors: true });
(formats as unknown as typeof formats.default)(ajv);
const compiled = new Map<object, ValidateFunction>();
const check = (schema: object, body: unknown, what: string) => {
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  if (!validate(body))
    throw new Error(`${what} is not as the OpenAPI document says: ${ajv.errorsText(validate.errors)}`);
};
const routes = Object.entries(document.paths).map(([path, operations]) => ({
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  operations,
}));

/** An API each of whose answers, problems too, is held against the OpenAPI document: what differs throws. */
export function heldAgainstOpenApi(api: (request: Request) => Promise<Response>) {
  return async (request: Request): Promise<Response> => {
    const { method } = request;
    const { pathname } = new URL(request.url);
    const answer = await api(request);
    const what = `${answer.status} of ${method} ${pathname}`;
    if (answer.status === 304 || answer.body === null) return answer;
    if (pathname.startsWith('/prometheus/')) return answer;
    const body: unknown = await answer.clone().json();
    if (!answer.ok) {
      const type = answer.headers.get('content-type');
      if (type !== 'application/problem+json') throw new Error(`${what} is ${type}, expected a problem`);
      check(document.components.schemas.Problem, body, what);
      return answer;
    }
    const found = routes.find(({ pattern }) => pattern.test(pathname))?.operations;
    const operation = found?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
    const schema = operation?.responses[answer.status]?.content?.['application/json']?.schema;
    if (schema === undefined) throw new Error(`${what} is not in the OpenAPI document`);
    check(schema, body, what);
    return answer;
  };
}
