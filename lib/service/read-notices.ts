import type { z } from 'zod';
import type { noticesPage } from './contracts/notices.ts';
import type { NoticeStore } from './ports.ts';

/** What changes of the calendar did, latest first; of all teams or one. */
export async function readNotices(
  { notices }: { notices: Pick<NoticeStore, 'list'> },
  options: { team?: string; limit?: number; nextToken?: string },
): Promise<z.infer<typeof noticesPage>> {
  const { items, nextToken } = await notices.list(options);
  return { notices: items, ...(nextToken !== undefined && { nextToken }) };
}
