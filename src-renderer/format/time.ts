import { BUSINESS_TIME_ZONE, DAY, HOUR, MINUTE, SECOND } from '#shared/time.ts';

const clock = new Intl.DateTimeFormat('en-GB', { timeZone: BUSINESS_TIME_ZONE, hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayClock = new Intl.DateTimeFormat('en-GB', {
  timeZone: BUSINESS_TIME_ZONE,
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

/** `14:03:22`, Asia/Shanghai. */
export function timeOfDay(at: number): string {
  return clock.format(at);
}

/** `11-22 14:03`, Asia/Shanghai. */
export function dayAndTime(at: number): string {
  const part = Object.fromEntries(dayClock.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part['month']}-${part['day']} ${part['hour']}:${part['minute']}`;
}

/** `11-22 14:03:22`, Asia/Shanghai. */
export function moment(at: number): string {
  return `${dayAndTime(at)}:${timeOfDay(at).slice(-2)}`;
}

/** How long something took or lasts, in two steps of precision: `42 s`, `14 min`, `2 h 14`, `3 d 4 h`. Milliseconds below a second. */
export function age(durationMs: number): string {
  const duration = Math.max(0, durationMs);
  if (duration < MINUTE) return `${Math.floor(duration / SECOND)} s`;
  if (duration < HOUR) return `${Math.floor(duration / MINUTE)} min`;
  if (duration < DAY) return `${Math.floor(duration / HOUR)} h ${String(Math.floor((duration % HOUR) / MINUTE)).padStart(2, '0')}`;
  return `${Math.floor(duration / DAY)} d ${Math.floor((duration % DAY) / HOUR)} h`;
}

/** A clock that runs down: `1:04:09` above an hour, else `4:09`. */
export function countdown(durationMs: number): string {
  const seconds = Math.max(0, Math.ceil(durationMs / SECOND));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A delay as measured: `38 ms`, `1.4 s`, `12 s`, then as an age. */
export function delay(durationMs: number): string {
  if (durationMs < SECOND) return `${Math.round(durationMs)} ms`;
  if (durationMs < 10 * SECOND) return `${(durationMs / SECOND).toFixed(1)} s`;
  return age(durationMs);
}
