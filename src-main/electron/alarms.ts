import type { EventPayload, StreamEvent } from '#shared/contract/index.ts';
import type { Locale } from '#shared/text.ts';
import { SECOND } from '#shared/time.ts';

export interface DesktopNotice {
  title: string;
  body: string;
  /** The order to open when the notice is clicked. */
  orderNo: string | null;
}

export interface AlarmParts {
  show: (notice: DesktopNotice) => void;
  /** True while a person looks at the console: the screen itself tells then. */
  attended: () => boolean;
  locale: () => Locale;
  after: (milliseconds: number, task: () => void) => void;
}

/** At most one desktop notice in this time: a storm becomes one message with its count, not fifty. */
const QUIET = 15 * SECOND;
const TITLE = { zh: 'OrderPulse 高风险预警', en: 'OrderPulse high-risk alarm' };

/** Turns alarms of the event stream (high-risk freezes and the like) into desktop notices; lesser ones stay on screen. */
export function createAlarms(parts: AlarmParts): (event: StreamEvent) => void {
  let quiet = false;
  let waiting: EventPayload<'notice.raised'>[] = [];

  const show = (notices: EventPayload<'notice.raised'>[]) => {
    const [first] = notices;
    if (!first) return;
    const locale = parts.locale();
    const more = notices.length - 1;
    const rest = more === 0 ? '' : locale === 'zh' ? `（另有 ${more} 条）` : ` (and ${more} more)`;
    parts.show({ title: TITLE[locale], body: `${first.text[locale]}${rest}`, orderNo: first.orderNo });
    quiet = true;
    parts.after(QUIET, () => {
      quiet = false;
      const held = waiting;
      waiting = [];
      if (!parts.attended()) show(held);
    });
  };

  return (event) => {
    if (event.name !== 'notice.raised' || event.payload.level !== 'alarm' || parts.attended()) return;
    if (quiet) waiting.push(event.payload);
    else show([event.payload]);
  };
}
