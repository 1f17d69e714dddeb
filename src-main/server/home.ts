import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where workspaces of this user live: `ORDERPULSE_HOME`, else `~/.orderpulse`. The demo's data is apart from real data. */
export function workspaceDirectory(kind: 'workspace' | 'demo', environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment['ORDERPULSE_HOME'] || join(homedir(), '.orderpulse'), kind);
}
