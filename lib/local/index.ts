/**
 * The laptop cloud: boots any synthesized CDK assembly whose resources it has, and refuses all others by name.
 * It reads `cdk.out` and nothing else; it knows nothing of the product.
 */
export { bootCloud, type Cloud, type CloudExecution, type CloudOptions } from './cloud.ts';
export type { DeliveryResult } from './events/deliveries.ts';
export type { QueueMessage } from './events/queues.ts';
export type { ExecutionStatus } from './executions/store.ts';
export type { FunctionFault, FunctionInterceptor, InvokeResult } from './functions/function.ts';
export type { Fault, InterceptedRequest, Interceptor } from './intercept.ts';
export type { Clock, ExecutionEvent, ItemCounts } from './states/index.ts';
