import { functionNames } from './functions.ts';

/** A node of the tree that `jsonata(…).ast()` gives; its shape depends on `type`. */
interface AstNode {
  type?: string;
  value?: unknown;
  steps?: AstNode[];
  [key: string]: unknown;
}

/** What an expression may refer to at its place in the definition. */
export interface Reach {
  /** Names of variables that some state assigns within reach. */
  variables: ReadonlySet<string>;
  /** Members of `$states` at this field, such as `input` and `result`. */
  states: readonly string[];
}

const isNode = (value: unknown): value is AstNode => typeof value === 'object' && value !== null;

function visit(node: unknown, see: (node: AstNode) => void): void {
  if (!isNode(node)) return;
  if (!Array.isArray(node)) see(node);
  for (const child of Object.values(node)) visit(child, see);
}

/** Parts of a node that are evaluated where `$` is still the (absent) input of the whole expression. */
function* sameContext(node: AstNode): Generator<AstNode> {
  if (node.type === 'lambda' || node.type === 'transform') return;
  if (node.type === 'path') {
    const first = node.steps?.[0];
    if (first) yield first;
    return;
  }
  const members = [
    'lhs',
    'rhs',
    'expression',
    'expressions',
    'arguments',
    'procedure',
    'condition',
    'then',
    'else',
  ];
  for (const member of members) {
    const stack = [node[member]];
    while (stack.length > 0) {
      const value = stack.pop();
      if (Array.isArray(value)) stack.push(...value);
      else if (isNode(value)) yield value;
    }
  }
}

function refusedAtTop(node: AstNode): string[] {
  if (node.type === 'name')
    return [`the field name ${node.value} stands alone: start from $states.input or a variable`];
  if (node.type === 'wildcard' || node.type === 'descendant')
    return [`${node.value} has nothing to select from: start from $states.input or a variable`];
  if (node.type === 'variable' && node.value === '')
    return ['$ has no value at the top of an expression: use $states.input'];
  return [...sameContext(node)].flatMap(refusedAtTop);
}

/**
 * What Step Functions would refuse, or could never evaluate, in an expression: `$$`, `$` or field names without
 * a context, `$eval`, members of `$states` that the field lacks, and variables that no state within reach assigns.
 */
export function refusedReferences(root: unknown, reach: Reach): string[] {
  const bound = new Set<string>();
  const used = new Set<string>();
  const refused: string[] = isNode(root) ? refusedAtTop(root) : [];
  visit(root, (node) => {
    if (node.type === 'lambda')
      for (const { value } of (node.arguments ?? []) as AstNode[]) bound.add(String(value));
    if (node.type === 'bind') bound.add(String((node.lhs as AstNode).value));
    for (const member of ['focus', 'index']) if (typeof node[member] === 'string') bound.add(node[member]);
    if (node.type === 'variable') used.add(String(node.value));
    const [first, second] = node.steps ?? [];
    if (first?.type !== 'variable' || first.value !== 'states' || second?.type !== 'name') return;
    if (!reach.states.includes(String(second.value)))
      refused.push(
        `$states.${second.value} is not available here, only ${reach.states.map((m) => `$states.${m}`).join(', ')}`,
      );
  });
  if (used.has('$')) refused.push('$$ is not available in the States Language: use $states.input');
  if (used.has('eval')) refused.push('the function $eval is not available in the States Language');
  for (const name of used) {
    if (['', '$', 'states', 'eval'].includes(name) || bound.has(name)) continue;
    if (!functionNames.has(name) && !reach.variables.has(name))
      refused.push(`$${name} is neither a function nor a variable that a state within reach assigns`);
  }
  return refused;
}
