import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cloud, machine, play } from '../local/states/stage.ts';
import { corpus, type Example } from './states-corpus.ts';
import { type Outcome, startMoto } from './states-moto.ts';

let moto: Awaited<ReturnType<typeof startMoto>>;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto?.stop());

async function runOurs({ states, input = {}, answers = [], machine: more }: Example): Promise<Outcome> {
  const left = [...answers];
  const integrations = new Cloud({ f: (payload: unknown) => (left.length > 0 ? left.shift() : payload) });
  const { result } = await play(machine(states, more), input, { integrations });
  return JSON.parse(JSON.stringify(result));
}

describe('the interpreter and moto agree, or AWS decides', () => {
  for (const example of corpus) {
    it(example.name, async () => {
      const definition = machine(example.states, example.machine);
      const [ours, theirs] = await Promise.all([
        runOurs(example),
        moto.run(definition, example.input ?? {}, example.answers ?? []),
      ]);
      if (example.aws === undefined) return expect(ours).toEqual(theirs);
      expect(ours).toEqual(example.aws.outcome);
      expect(theirs, 'moto agrees now: the difference is to be taken out').not.toEqual(ours);
    });
  }
});
