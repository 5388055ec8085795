import { Command } from 'commander';
import { apiOption, dirOption, jsonOption } from '../commands/options.ts';
import type { Terminal } from '../terminal.ts';
import { addCommand, cancelCommand, confirmCommand, moveCommand } from './change.ts';
import { exportCommand, importCommand } from './files.ts';
import { changesCommand, listCommand, showCommand } from './list.ts';

export function calendarCommand(terminal: Terminal): Command {
  const calendar = new Command('calendar')
    .description('the event calendar: see it, change it, bring it from elsewhere')
    .addHelpText(
      'after',
      `
Times: 2026-11-27T08:00Z or +01:00 is one instant for all; 2026-11-27T08:00 the wall clock of each region; 2026-11-27 its
midnight. Ends are exclusive. A confirmed change moves the forecasts of the series that it touches within a minute or two.

Examples:
  $ cloudtune calendar list --status draft
  $ cloudtune calendar add bf-2026 --kind black-friday --start 2026-11-27 --end 2026-11-29 --reason "48 hours this year"
  $ cloudtune calendar move bf-2026 --start 2026-11-26
  $ cloudtune calendar import promotions.ics --kind promotion`,
    );
  for (const make of [
    ...[listCommand, showCommand, addCommand, moveCommand, cancelCommand, confirmCommand],
    ...[changesCommand, importCommand, exportCommand],
  ])
    calendar.addCommand(make(terminal).addOption(apiOption()).addOption(dirOption()).addOption(jsonOption()));
  return calendar;
}
