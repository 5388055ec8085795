import { readFileSync } from 'node:fs';
import {
  type Configuration,
  ConfigurationError,
  parseConfigurationText,
} from '../service/contracts/configuration.ts';

/** @throws ConfigurationError when the file cannot be read or does not say a configuration */
export function readConfiguration(path: string): Configuration {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(path, [
      {
        path: '(the file)',
        got: (error as Error).message,
        expected: 'a readable JSON file',
        mend: 'create it, or name another with `-c config=FILE` or CLOUDTUNE_CONFIG=FILE',
      },
    ]);
  }
  return parseConfigurationText(text, path);
}
