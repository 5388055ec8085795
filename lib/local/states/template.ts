import jsonata from 'jsonata';
import { type Reach, refusedReferences } from './ast.ts';
import { TaskFailure } from './errors.ts';
import { registerFunctions } from './functions.ts';

/** A JSON value of the definition, whose strings `{% … %}` are compiled JSONata expressions. */
export type Template =
  | { kind: 'literal'; value: unknown }
  | { kind: 'expression'; source: string; field: string; compiled: jsonata.Expression }
  | { kind: 'array'; items: Template[] }
  | { kind: 'object'; members: [string, Template][] };

/** `$states` and the variables, by name without the `$`. */
export type Bindings = Record<string, unknown>;

function compileExpression(
  text: string,
  field: string,
  path: string,
  reach: Reach,
  refuse: (path: string, message: string) => void,
): Template {
  if (!text.endsWith('%}') || text.length < 4) {
    refuse(path, `an expression opened with {% must end with %}, got ${JSON.stringify(text)}`);
    return { kind: 'literal', value: text };
  }
  const source = text.slice(2, -2).trim();
  try {
    const compiled = jsonata(source);
    for (const message of refusedReferences(compiled.ast(), reach)) refuse(path, `in ${text}: ${message}`);
    registerFunctions(compiled);
    return { kind: 'expression', source, field, compiled };
  } catch (error) {
    refuse(path, `not a JSONata expression: ${(error as Error).message} in ${text}`);
    return { kind: 'literal', value: text };
  }
}

/** Compiles a JSON value; `field` is how a failure names it, `path` where a refusal points. */
export function compileTemplate(
  value: unknown,
  field: string,
  path: string,
  reach: Reach,
  refuse: (path: string, message: string) => void,
): Template {
  if (typeof value === 'string' && value.startsWith('{%'))
    return compileExpression(value, field, path, reach, refuse);
  if (Array.isArray(value)) {
    const items = value.map((v, i) => compileTemplate(v, `${field}[${i}]`, `${path}[${i}]`, reach, refuse));
    return { kind: 'array', items };
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, v]): [string, Template] => {
      if (key.endsWith('.$'))
        refuse(
          `${path}.${key}`,
          'a JSONPath or intrinsic placeholder: write a JSONata expression {% … %} without .$',
        );
      return [key, compileTemplate(v, `${field}/${key}`, `${path}.${key}`, reach, refuse)];
    });
    return { kind: 'object', members };
  }
  return { kind: 'literal', value };
}

/** A JSON copy of what JSONata gave (its arrays carry marks, its functions are no data). */
function asJson(value: unknown, source: string, field: string): unknown {
  const text = JSON.stringify(value, (_key, member) => {
    const isFunction =
      typeof member === 'function' ||
      (typeof member === 'object' &&
        member !== null &&
        ('_jsonata_lambda' in member || '_jsonata_function' in member));
    if (!isFunction) return member;
    throw new TaskFailure(
      'States.QueryEvaluationError',
      `The JSONata expression '${source}' specified for the field '${field}' returned a function, which is not JSON.`,
    );
  });
  return JSON.parse(text);
}

/**
 * The value of a template.
 * @throws TaskFailure States.QueryEvaluationError when an expression fails or gives nothing (undefined).
 */
export async function evaluate(template: Template, bindings: Bindings): Promise<unknown> {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'array':
      return Promise.all(template.items.map((item) => evaluate(item, bindings)));
    case 'object': {
      const values = template.members.map(async ([key, member]) => [key, await evaluate(member, bindings)]);
      return Object.fromEntries(await Promise.all(values));
    }
    case 'expression': {
      const { source, field } = template;
      const value = await template.compiled.evaluate(undefined, bindings).catch((error: unknown) => {
        const { code, message } = error as { code?: string; message?: string };
        throw new TaskFailure(
          'States.QueryEvaluationError',
          `The JSONata expression '${source}' specified for the field '${field}' threw an error during evaluation. ${code ?? 'Error'}: ${message}`,
        );
      });
      if (value === undefined)
        throw new TaskFailure(
          'States.QueryEvaluationError',
          `The JSONata expression '${source}' specified for the field '${field}' returned nothing (undefined).`,
        );
      return asJson(value, source, field);
    }
  }
}
