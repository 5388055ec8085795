import { z } from 'zod';

/** What EventBridge says of a file in the inbox ("Object Created"): the part of it that is read. */
export const objectCreated = z.object({
  detail: z.object({ object: z.object({ key: z.string().min(1) }) }),
});
export type ObjectCreated = z.infer<typeof objectCreated>;
