import type { Carrier } from './carrier.ts';
import { httpCarrier } from './http.ts';
import { ipcCarrier } from './ipc.ts';

/**
 * Chooses the way to the hub: the preload's door where there is one, else the server that served this page.
 * `vite dev --mode fake` uses an invented hub instead; production builds drop that branch and its module.
 */
export async function chooseCarrier(): Promise<Carrier> {
  if (import.meta.env.MODE === 'fake') {
    const { fakeCarrier } = await import('./fake/carrier.ts');
    return fakeCarrier({ now: Date.now, seed: 7, live: true });
  }
  return window.orderpulse ? ipcCarrier(window.orderpulse) : httpCarrier();
}
