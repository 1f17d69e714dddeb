import type { OrderPulseBridge } from './bridge.ts';
import { CarrierFailure, type Carrier } from './carrier.ts';

/** The Electron host: the preload's narrow door. The hub lives as long as the window, so its stream never breaks. */
export function ipcCarrier(bridge: OrderPulseBridge): Carrier {
  return {
    kind: 'ipc',
    request: (method, params) =>
      bridge.request(method, params).catch((error: unknown) => {
        throw new CarrierFailure(error instanceof Error ? error.message : String(error));
      }),
    subscribe(position, listener) {
      const unsubscribe = bridge.subscribe(position, (event) => listener.event(event));
      listener.state('open');
      return unsubscribe;
    },
  };
}
