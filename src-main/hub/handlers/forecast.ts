import type { Handlers } from '#main/gateway/dispatch.ts';
import type { HubContext } from '../context.ts';

/** What the forecasts say (G5). */
export function forecastHandlers({ forecasts }: HubContext): Pick<Handlers, 'forecast.current' | 'forecast.late' | 'forecast.returns'> {
  return {
    'forecast.current': () => forecasts.current(),
    'forecast.late': (filter) => forecasts.late(filter),
    'forecast.returns': (filter) => forecasts.returns(filter),
  };
}
