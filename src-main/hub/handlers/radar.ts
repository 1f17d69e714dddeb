import type { Handlers } from '#main/gateway/dispatch.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { radarMethods } from '#shared/contract/radar.ts';
import type { HubContext } from '../context.ts';

type RadarHandlers = Pick<Handlers, keyof typeof radarMethods>;

export function radarHandlers(_: HubContext): RadarHandlers {
  const refuse = (): never => {
    throw new Refusal('busy', { zh: '异常雷达尚未启用', en: 'The radar is not in service yet' });
  };
  return Object.fromEntries(Object.keys(radarMethods).map((name) => [name, refuse])) as unknown as RadarHandlers;
}
