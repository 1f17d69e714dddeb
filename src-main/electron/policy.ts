import type { App, IpcMainEvent, IpcMainInvokeEvent, Session, WebContents } from 'electron';
import { PAGE_URL, SCHEME } from './page.ts';

/** Whether an address is the console itself: the built page, or the development server when there is one. */
export function isOwnPage(address: string, developmentUrl: string | null): boolean {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  if (url.protocol === `${SCHEME}:`) return url.host === new URL(PAGE_URL).host;
  return developmentUrl !== null && url.origin === new URL(developmentUrl).origin;
}

/** Only the top frame of the console may speak to the shell; a frame that is gone may not. */
export function isTrustedSender(
  event: { senderFrame: Pick<NonNullable<IpcMainEvent['senderFrame']>, 'url' | 'parent'> | null },
  developmentUrl: string | null,
): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isOwnPage(frame.url, developmentUrl);
}
export type SenderEvent = IpcMainEvent | IpcMainInvokeEvent;

/** Refuses every permission a page can ask for: the console needs none. */
export function denyPermissions(
  session: Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'>,
): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** The console never leaves its page, opens no window and embeds nothing. */
export function lockNavigation(
  contents: Pick<WebContents, 'setWindowOpenHandler'> & {
    on(event: string, listener: (event: Preventable, address?: string) => void): unknown;
  },
  developmentUrl: string | null,
): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
    contents.on(name, (event, address) => {
      if (!isOwnPage(event.url ?? address ?? '', developmentUrl)) event.preventDefault();
    });
  }
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

interface Preventable {
  preventDefault(): void;
  url?: string;
}

/** Applies the navigation policy to every page there will ever be. */
export function lockEveryPage(app: Pick<App, 'on'>, developmentUrl: string | null): void {
  app.on('web-contents-created', (_event, contents) => lockNavigation(contents as Parameters<typeof lockNavigation>[0], developmentUrl));
}
