import type { StateMachine } from './definition.ts';
import { DefinitionError, type Problem } from './errors.ts';
import { loadFlow } from './load-flow.ts';
import { Place } from './place.ts';

/**
 * Checks and compiles a definition in the Amazon States Language (query language JSONata only).
 * Source: https://states-language.net/spec.html and the Step Functions developer guide.
 * @param definition parsed JSON
 * @throws DefinitionError that lists, with its JSON path, everything that is wrong or not implemented here
 */
export function loadStateMachine(definition: unknown): StateMachine {
  const problems: Problem[] = [];
  const place = new Place(definition, '$', problems);
  if (!place.object(['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version']))
    throw new DefinitionError(problems);
  const language = place.at('QueryLanguage');
  if (!language.present)
    language.refuse('JSONPath (the default) is not implemented here; expected "QueryLanguage": "JSONata"');
  else language.oneOf(['JSONata'], 'JSONata');
  const version = place.at('Version');
  if (version.present) version.oneOf(['1.0'], '1.0');
  const timeout = place.at('TimeoutSeconds');
  const flow = loadFlow(place, new Set(), { states: new Set(), labels: new Set(), loadFlow });
  const timeoutSeconds = timeout.present ? timeout.number(0, 1, 99_999_999) : undefined;
  if (problems.length > 0) throw new DefinitionError(problems);
  return { ...flow, timeoutSeconds };
}
