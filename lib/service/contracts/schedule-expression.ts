/**
 * Schedule expressions of EventBridge Scheduler that recur: `rate(…)` and `cron(…)` of six fields
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
 */

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  name: string;
  min: number;
  max: number;
  names?: string[];
  /** What may stand there beside lists, ranges and steps. */
  special?: RegExp;
}

const fields: Field[] = [
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31, special: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', min: 1, max: 12, names: months },
  { name: 'day of week', min: 1, max: 7, names: weekdays, special: /^(\?|L|[1-7]L|([1-7]|[A-Z]{3})#[1-5])$/ },
  { name: 'year', min: 1970, max: 2199 },
];

const ordinal = (text: string, field: Field) => {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return named + field.min;
  return /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
};

function isField(text: string, field: Field) {
  if (field.special?.test(text)) return true;
  return text.split(',').every((part) => {
    const [range = '', step, ...more] = part.split('/');
    if (more.length > 0 || (step !== undefined && !/^[1-9]\d{0,3}$/.test(step))) return false;
    if (range === '*') return true;
    const [from = '', to, ...rest] = range.split('-');
    const first = ordinal(from, field);
    const last = to === undefined ? first : ordinal(to, field);
    return rest.length === 0 && first >= field.min && last <= field.max && first <= last;
  });
}

/** What is wrong with a recurring schedule expression, or undefined when nothing is. */
export function scheduleFault(expression: string): string | undefined {
  const rate = /^rate\((\d{1,6}) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate) {
    const [, count, unit, plural] = rate;
    if (Number(count) < 1) return 'a rate of at least 1';
    if ((Number(count) === 1) === (plural === 's'))
      return `"rate(${count} ${unit}${Number(count) === 1 ? '' : 's'})": 1 takes the singular, more the plural`;
    return undefined;
  }
  const cron = /^cron\((.*)\)$/.exec(expression);
  if (!cron)
    return 'cron(minutes hours day-of-month month day-of-week year) or rate(n minutes|hours|days), such as "cron(0 2 * * ? *)"';
  const parts = (cron[1] ?? '').trim().split(/\s+/);
  if (parts.length !== fields.length)
    return `six fields in cron(minutes hours day-of-month month day-of-week year), found ${parts.length}`;
  const wrong = fields.find((field, i) => !isField(parts[i] ?? '', field));
  if (wrong)
    return `a cron field "${wrong.name}" of ${wrong.min} to ${wrong.max}, *, lists, ranges or steps, found "${parts[fields.indexOf(wrong)]}"`;
  if ((parts[2] === '?') === (parts[4] === '?'))
    return 'a "?" in exactly one of the cron fields day of month and day of week';
  return undefined;
}
