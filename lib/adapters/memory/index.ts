export { MemoryEventCalendar } from './memory-event-calendar.ts';
export { MemoryForecastIndex } from './memory-forecast-index.ts';
export { MemoryForecastStore } from './memory-forecast-store.ts';
export { MemoryInbox } from './memory-inbox.ts';
export { MemoryNoticeStore } from './memory-notice-store.ts';
export { MemoryRefreshLauncher } from './memory-refresh-launcher.ts';
export { MemoryRunStore } from './memory-run-store.ts';
export { MemorySeriesRegistry } from './memory-series-registry.ts';
