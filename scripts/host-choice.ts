/** Which host `npm start` uses, and why. Pure, so that every branch can be tested. */

export interface Surroundings {
  platform: NodeJS.Platform;
  environment: NodeJS.ProcessEnv;
  /** Asked for on the command line; null: choose. */
  wanted: 'electron' | 'browser' | null;
  /** Runs as root: Chromium's sandbox does not. */
  root: boolean;
  /** Electron's runtime is on this machine. */
  runtime: boolean;
}

export type HostChoice =
  | { host: 'electron' }
  /** The runtime is worth one attempt to fetch. */
  | { host: 'fetch' }
  | { host: 'browser'; reason: { zh: string; en: string } };

/** A desktop a window could open on. */
export function hasDisplay(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): boolean {
  return platform !== 'linux' || Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY']);
}

export function chooseHost({ platform, environment, wanted, root, runtime }: Surroundings): HostChoice {
  if (wanted === 'browser') return browser('按参数要求', 'as asked for');
  if (!hasDisplay(platform, environment)) return browser('本机没有图形桌面', 'this machine has no display');
  if (root && platform === 'linux') return browser('Electron 的沙箱不能以 root 运行', "Electron's sandbox does not run as root");
  return { host: runtime ? 'electron' : 'fetch' };
}

export function browser(zh: string, en: string): HostChoice {
  return { host: 'browser', reason: { zh, en } };
}
