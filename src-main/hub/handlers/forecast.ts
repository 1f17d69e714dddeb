import type { Handlers } from '#main/gateway/dispatch.ts';
import type { HubContext } from '../context.ts';

export function forecastHandlers({ forecasts }: HubContext): Pick<Handlers, 'forecast.current' | 'forecast.late' | 'forecast.returns'> {
  return {
    'forecast.current': () => forecasts.current(),
    'forecast.late': (filter) => forecasts.late(filter),
    'forecast.returns': (filter) => forecasts.returns(filter),
  };
}
