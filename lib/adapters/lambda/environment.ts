import { type Environment, environments, type FunctionName } from '../../service/contracts/environment.ts';

/** The function's environment, parsed. Throws at load, naming what is missing: a function must not half start. */
export function readEnvironment<N extends FunctionName>(name: N): Environment<N> {
  const parsed = environments[name].safeParse(process.env);
  if (parsed.success) return parsed.data as Environment<N>;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The environment of ${name} is not what its stack should supply. ${faults.join('; ')}`);
}
