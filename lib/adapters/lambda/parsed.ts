import type { MiddlewareObj } from '@middy/core';
import type { z } from 'zod';

/** The event is not what the contract says: trying again cannot mend it. */
export class InvalidInput extends Error {
  override name = 'InvalidInput';
}

/** Middleware: the handler gets the event as its contract parses it. Throws InvalidInput, part by part. */
export function parsed<T extends z.ZodType>(schema: T): MiddlewareObj<z.infer<T>> {
  return {
    before(request) {
      const result = schema.safeParse(request.event);
      if (!result.success) {
        const faults = result.error.issues.map(
          (issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`,
        );
        throw new InvalidInput(`The input is not what the contract says. ${faults.join('; ')}`);
      }
      request.event = result.data;
    },
  };
}
