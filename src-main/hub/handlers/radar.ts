import type { Handlers } from '#main/gateway/dispatch.ts';
import type { radarMethods } from '#shared/contract/radar.ts';
import type { HubContext } from '../context.ts';
import { readable } from './lookup.ts';

type RadarHandlers = Pick<Handlers, keyof typeof radarMethods>;

/** The anomaly radar (B8). */
export function radarHandlers({ radar }: HubContext): RadarHandlers {
  const { samples, trainings } = radar;
  return {
    'radar.overview': () => radar.overview(),
    'radar.inspect': ({ id, mapping }) => readable(() => samples.inspect(id, mapping)),
    'radar.samples': (page) => samples.list(page),
    'radar.samples.take': (params, who) => readable(() => samples.take(params, who)),
    'radar.samples.own': (params, who) => samples.own(params, who),
    'radar.samples.reread': ({ id }, who) => readable(() => samples.reread(id, who)),
    'radar.samples.remove': ({ id }, who) => samples.remove(id, who),
    'radar.samples.errors': (params) => samples.errors(params),
    'radar.train': (params, who) => trainings.train(params, who),
    'radar.train.cancel': (_, who) => trainings.cancel(who),
    'radar.models': (page) => radar.models(page),
    'radar.model': ({ model }) => radar.model(model),
    'radar.orders': (params) => radar.orders(params),
    'radar.order': ({ orderNo }) => ({ score: radar.order(orderNo) }),
    'radar.switchOn': (params, who) => radar.switchOn(params, who),
  };
}
