export { ConfigurationError } from '../service/contracts/configuration.ts';
export { bundleFunctions } from './bundle.ts';
export { CalendarStack } from './calendar-stack.ts';
export { readConfiguration } from './read-configuration.ts';
export { RegionStack } from './region-stack.ts';
