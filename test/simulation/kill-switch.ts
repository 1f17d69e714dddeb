/**
 * Loaded into the killed process with `--import`. Counts the writes of the hub's thread and kills the process at the one
 * named by KILL_AT_WRITE: before it, or with KILL_AFTER=1 right after it, before anybody could be told.
 */
import { isMainThread } from 'node:worker_threads';
import Database from 'better-sqlite3';

const at = Number(process.env['KILL_AT_WRITE'] ?? 0);
const after = process.env['KILL_AFTER'] === '1';

const parent = process.ppid;
// A run that is broken off leaves no hub behind.
if (isMainThread) setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1_000).unref();

if (at > 0 && !isMainThread) {
  const probe = new Database(':memory:');
  const prototype = Object.getPrototypeOf(probe.prepare('SELECT 1')) as { run(this: unknown, ...cells: unknown[]): unknown };
  probe.close();
  const run = prototype.run;
  let writes = 0;
  prototype.run = function (...cells) {
    writes += 1;
    if (writes === at && !after) process.kill(process.pid, 'SIGKILL');
    const result = run.apply(this, cells);
    if (writes === at) process.kill(process.pid, 'SIGKILL');
    return result;
  };
}
