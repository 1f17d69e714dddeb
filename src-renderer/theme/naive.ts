import { darkTheme, type GlobalTheme, type GlobalThemeOverrides } from 'naive-ui';
import type { Palette } from './tokens.ts';

const FONT =
  "'Inter', 'SF Pro Text', 'Segoe UI Variable Text', 'Segoe UI', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei UI', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif";

export function naiveTheme(theme: 'dark' | 'light'): GlobalTheme | null {
  return theme === 'dark' ? darkTheme : null;
}

/** Naive UI in the console's own colours, sizes and motion: everything comes from the tokens. */
export function naiveOverrides(colour: Palette): GlobalThemeOverrides {
  return {
    common: {
      fontFamily: FONT,
      fontSize: '13px',
      fontSizeSmall: '12px',
      fontSizeMedium: '13px',
      fontSizeLarge: '14px',
      borderRadius: '6px',
      borderRadiusSmall: '4px',
      heightSmall: '26px',
      heightMedium: '30px',
      heightLarge: '36px',
      primaryColor: colour.accent,
      primaryColorHover: colour['accent-strong'],
      primaryColorPressed: colour['accent-strong'],
      primaryColorSuppl: colour.accent,
      successColor: colour.healthy,
      warningColor: colour.waiting,
      errorColor: colour.alarm,
      infoColor: colour['text-2'],
      bodyColor: colour.page,
      cardColor: colour.panel,
      modalColor: colour.raised,
      popoverColor: colour.raised,
      tableColor: colour.panel,
      tableHeaderColor: colour.panel,
      tableColorHover: colour.hover,
      inputColor: colour.inset,
      inputColorDisabled: colour.inset,
      actionColor: colour.panel,
      hoverColor: colour.hover,
      borderColor: colour['hairline-strong'],
      dividerColor: colour.hairline,
      textColorBase: colour['text-1'],
      textColor1: colour['text-1'],
      textColor2: colour['text-1'],
      textColor3: colour['text-2'],
      placeholderColor: colour['text-3'],
      iconColor: colour['text-2'],
      cubicBezierEaseInOut: 'cubic-bezier(0.2, 0, 0, 1)',
      cubicBezierEaseOut: 'cubic-bezier(0.2, 0, 0, 1)',
    },
    Button: { textColorPrimary: colour['text-on-accent'], textColorHoverPrimary: colour['text-on-accent'], fontWeight: '500' },
    Input: { color: colour.inset, colorFocus: colour.inset, border: `1px solid ${colour['hairline-strong']}` },
    Tooltip: { color: colour.raised, textColor: colour['text-1'], boxShadow: 'none', padding: '6px 10px' },
    Popover: { color: colour.raised, padding: '0' },
    DataTable: { thColor: colour.panel, tdColor: colour.panel, thTextColor: colour['text-2'], thFontWeight: '500' },
    Slider: { railHeight: '3px', handleSize: '14px' },
  };
}
