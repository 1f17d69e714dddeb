import { use } from 'echarts/core';
import { CustomChart, LineChart, LinesChart, RadarChart } from 'echarts/charts';
import { AriaComponent, GeoComponent, GridComponent, MarkLineComponent, RadarComponent, TooltipComponent } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';
import type { EChartsOption } from 'echarts';
import type { Palette } from '../theme/tokens.ts';

/** Only what the console draws. Pages that show a chart import `Chart` from here, so that nothing is drawn unregistered. */
use([
  CanvasRenderer,
  AriaComponent,
  CustomChart,
  GeoComponent,
  GridComponent,
  LineChart,
  LinesChart,
  MarkLineComponent,
  RadarChart,
  RadarComponent,
  TooltipComponent,
]);

export { default as Chart } from 'vue-echarts';
export type { EChartsOption };

/** What a chart takes from the theme on screen: its colours, and the typeface, which a canvas cannot inherit. */
export interface ChartTheme {
  colour: Palette;
  font: string;
}

/** Settings every chart shares: the console's type, no movement of its own, a tool tip in the look of the other planes. */
export function baseOption({ colour, font }: ChartTheme): EChartsOption {
  return {
    animation: false,
    textStyle: { fontFamily: font, fontSize: 12, color: colour['text-2'] },
    tooltip: {
      backgroundColor: colour.raised,
      borderColor: colour['hairline-strong'],
      borderWidth: 1,
      padding: [6, 10],
      textStyle: { color: colour['text-1'], fontSize: 12, fontFamily: font },
      extraCssText: 'box-shadow: none; border-radius: 6px; z-index: 30;',
      transitionDuration: 0,
      confine: true,
    },
  };
}
