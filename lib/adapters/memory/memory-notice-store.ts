import type { Notice } from '../../service/contracts/notices.ts';
import type { NoticeStore, Page } from '../../service/ports.ts';
import { pageOf } from './page.ts';

/** Notices in memory, for tests. */
export class MemoryNoticeStore implements NoticeStore {
  private readonly all = new Map<string, Notice>();

  async put(told: Notice): Promise<void> {
    this.all.set(`${told.time}#${told.team}`, structuredClone(told));
  }

  async get({ time, team }: Pick<Notice, 'time' | 'team'>): Promise<Notice | undefined> {
    return structuredClone(this.all.get(`${time}#${team}`));
  }

  async list(options: { team?: string; limit?: number; nextToken?: string }): Promise<Page<Notice>> {
    const found = [...this.all.keys()]
      .sort()
      .reverse()
      .map((key) => this.all.get(key)!);
    const own = found.filter(({ team }) => options.team === undefined || team === options.team);
    return structuredClone(pageOf(own, options));
  }
}
