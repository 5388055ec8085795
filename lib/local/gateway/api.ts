import type { DeployedStack } from '../assembly/deployment.ts';
import type { Value, Values } from '../assembly/load.ts';
import type { Resource } from '../assembly/resource-types.ts';

/** What a method does: calls a function, or answers by itself (a preflight). */
export type Integration =
  | { kind: 'function'; functionArn: string /** Milliseconds. */; timeout: number }
  | { kind: 'mock'; status: number; headers: Record<string, string>; body: string };

export interface Method {
  httpMethod: string;
  resourceId: string;
  /** `AWS_IAM` or `NONE`; requests need no signature on the laptop either way. */
  authorization: string;
  /** Names (`method.request.querystring.start`) that a request must carry. */
  required: string[];
  integration: Integration;
}

/** What an API says when it refuses a request itself; what is not set is API Gateway's own. */
export interface Refusal {
  status: number | undefined;
  headers: Record<string, string>;
  body: string | undefined;
}

/** One path of an API: literal parts, `{name}` parts, and perhaps `{name+}` at the end. */
export interface Route {
  parts: string[];
  methods: Map<string, Method>;
}

/** A REST API as it would stand after its deployment. */
export interface Api {
  stack: string;
  region: string;
  account: string;
  id: string;
  name: string;
  routes: Route[];
  /** Media types whose bodies are bytes; other bodies are text. */
  binaryMediaTypes: string[];
  /** Bytes from which an answer is compressed for a client that accepts gzip. */
  minimumCompressionSize: number | undefined;
  /** By type of gateway response (`REQUEST_TOO_LARGE`, `DEFAULT_4XX`, …). */
  refusals: Map<string, Refusal>;
  stages: { name: string; variables: Record<string, string> | null }[];
}

/** Milliseconds that API Gateway waits for an integration unless the method says otherwise. */
const defaultTimeout = 29_000;

/**
 * Reads the REST APIs of a stack.
 *
 * @throws on an integration or authorization that the laptop cloud does not have, naming the method
 */
export function readApis(stack: DeployedStack): Api[] {
  const ofType = (type: string) => stack.resources.filter((resource) => resource.type === type);
  const resources = ofType('AWS::ApiGateway::Resource');
  return ofType('AWS::ApiGateway::RestApi').map((api) => {
    const { properties } = api;
    if (properties.Body !== undefined || properties.BodyS3Location !== undefined)
      throw refused(api, 'is given by an OpenAPI document');
    const within = (resource: Resource) => resource.properties.RestApiId === api.ref;
    const routes = new Map<string, Route>([
      [api.attribute('RootResourceId'), { parts: [], methods: new Map() }],
    ]);
    for (const resource of resources.filter(within))
      routes.set(resource.ref, { parts: pathOf(resource, resources, api), methods: new Map() });
    for (const method of ofType('AWS::ApiGateway::Method').filter(within)) {
      const read = readMethod(method);
      routes.get(read.resourceId)?.methods.set(read.httpMethod, read);
    }
    return {
      stack: stack.name,
      region: stack.region,
      account: stack.account,
      id: api.ref,
      name: String(properties.Name ?? api.logicalId),
      routes: [...routes.values()],
      binaryMediaTypes: ((properties.BinaryMediaTypes ?? []) as string[]).map((type) =>
        type.replace('~1', '/'),
      ),
      minimumCompressionSize: properties.MinimumCompressionSize as number | undefined,
      refusals: new Map(
        ofType('AWS::ApiGateway::GatewayResponse')
          .filter(within)
          .map((response) => [String(response.properties.ResponseType), readRefusal(response)]),
      ),
      stages: ofType('AWS::ApiGateway::Stage')
        .filter(within)
        .map((stage) => ({
          name: stage.name,
          variables: (stage.properties.Variables ?? null) as Record<string, string> | null,
        })),
    };
  });
}

function pathOf(resource: Resource, all: Resource[], api: Resource): string[] {
  const parent = resource.properties.ParentId;
  const part = String(resource.properties.PathPart);
  if (parent === api.attribute('RootResourceId')) return [part];
  const above = all.find((other) => other.ref === parent);
  if (above === undefined)
    throw refused(resource, `has the parent ${parent}, which its stack does not contain`);
  return [...pathOf(above, all, api), part];
}

function readMethod(method: Resource): Method {
  const { properties } = method;
  const authorization = String(properties.AuthorizationType ?? 'NONE');
  if (authorization !== 'NONE' && authorization !== 'AWS_IAM')
    throw refused(method, `is authorized by ${authorization} (the laptop has NONE and AWS_IAM)`);
  if (properties.ApiKeyRequired === true) throw refused(method, 'requires an API key');
  if (Object.keys((properties.RequestModels ?? {}) as Values).length > 0)
    throw refused(method, 'validates bodies by a model (RequestModels)');
  return {
    httpMethod: String(properties.HttpMethod),
    resourceId: String(properties.ResourceId),
    authorization,
    required:
      properties.RequestValidatorId === undefined
        ? []
        : Object.entries((properties.RequestParameters ?? {}) as Values)
            .filter(([, isRequired]) => isRequired === true || isRequired === 'true')
            .map(([name]) => name),
    integration: readIntegration(method, (properties.Integration ?? {}) as Values),
  };
}

function readIntegration(method: Resource, integration: Values): Integration {
  const type = String(integration.Type);
  if (type === 'MOCK') return readMock(method, integration);
  if (type !== 'AWS_PROXY')
    throw refused(method, `has an integration of type ${type} (the laptop has AWS_PROXY and MOCK)`);
  const functionArn = /\/functions\/(arn:[^/]+)\/invocations$/.exec(String(integration.Uri))?.[1];
  if (functionArn === undefined)
    throw refused(
      method,
      `calls ${integration.Uri}, where the laptop only calls functions as a whole answer`,
    );
  return { kind: 'function', functionArn, timeout: Number(integration.TimeoutInMillis ?? defaultTimeout) };
}

/** Only constant answers: what `defaultCorsPreflightOptions` of the CDK writes for one origin. */
function readMock(method: Resource, integration: Values): Integration {
  const [response, ...others] = (integration.IntegrationResponses ?? []) as Values[];
  if (response === undefined || others.length > 0)
    throw refused(method, `is a mock with ${others.length === 0 ? 'no' : 'several'} integration responses`);
  const body = (response.ResponseTemplates ?? {}) as Values;
  const text = String(body['application/json'] ?? '');
  if (/[#$]/.test(text)) throw refused(method, 'is a mock whose answer is a VTL template');
  const headers = readHeaders(method, response, 'method.response.header.');
  return { kind: 'mock', status: Number(response.StatusCode), headers, body: text };
}

/** Only constant answers, as JSON. */
function readRefusal(response: Resource): Refusal {
  const { properties } = response;
  const { 'application/json': body, ...others } = (properties.ResponseTemplates ?? {}) as Values;
  const [other] = Object.keys(others);
  if (other !== undefined) throw refused(response, `has a template of type ${other}, not application/json`);
  if (body !== undefined && /[#$]/.test(String(body)))
    throw refused(response, 'is a template with variables, not a constant');
  return {
    status: properties.StatusCode === undefined ? undefined : Number(properties.StatusCode),
    headers: readHeaders(response, properties, 'gatewayresponse.header.'),
    body: body === undefined ? undefined : String(body),
  };
}

/** The headers that `ResponseParameters` set, each to a constant. */
function readHeaders(resource: Resource, response: Values, prefix: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries((response.ResponseParameters ?? {}) as Values)) {
    const literal = constant(value);
    if (!name.startsWith(prefix) || literal === undefined)
      throw refused(resource, `sets ${name} to ${JSON.stringify(value)}, not to a constant`);
    headers[name.slice(prefix.length).toLowerCase()] = literal;
  }
  return headers;
}

const constant = (value: Value): string | undefined => /^'(.*)'$/s.exec(String(value))?.[1];

const refused = (resource: Resource, what: string) =>
  new Error(
    `Stack ${resource.stack.name}: ${resource.logicalId} (${resource.type}) ${what}: the laptop cloud does not have that.`,
  );
