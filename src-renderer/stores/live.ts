import { SECOND } from '#shared/time.ts';
import { useChecks } from './checks.ts';
import { useFeeds } from './feeds.ts';
import { useGaps } from './gaps.ts';
import { useHealth } from './health.ts';
import { useHolds } from './holds.ts';
import { useImports } from './imports.ts';
import { useNotices } from './notices.ts';
import { useOrders } from './orders.ts';
import { usePulse } from './pulse.ts';
import { useRadar } from './radar.ts';
import { useReports } from './reports.ts';
import { useRereads } from './rereads.ts';
import { useRules } from './rules.ts';
import { useSession } from './session.ts';
import { useStock } from './stock.ts';
import { useReceipts } from './receipts.ts';

const RETRY = 3 * SECOND;

/**
 * Binds the stores to the event stream. The frame's own stores load at once; the others load when a page wants them, and from
 * then on stay current. After a gap everything that was loaded is loaded again. Returns the unsubscribe.
 */
export function goLive(): () => void {
  const session = useSession();
  const pulse = usePulse();
  const holds = useHolds();
  const orders = useOrders();
  const health = useHealth();
  const visited = [useStock(), useFeeds(), useGaps(), useImports(), useRereads(), useChecks(), useReports(), useRadar()];
  const rules = useRules();
  const notices = useNotices();
  const receipts = useReceipts();

  let retry: ReturnType<typeof setTimeout> | undefined;

  function refresh(): void {
    const loads = [pulse.load(), holds.load(), health.load(), rules.reload()];
    for (const store of visited) if (store.loaded) loads.push(store.load());
    clearTimeout(retry);
    void Promise.all(loads).catch((error: unknown) => {
      receipts.refused(error);
      retry = setTimeout(refresh, RETRY);
    });
  }

  const stop = session.listen((event) => {
    pulse.apply(event);
    holds.apply(event);
    orders.apply(event);
    for (const store of visited) store.apply(event);
    health.apply(event);
    rules.apply(event);
    notices.apply(event);
  }, refresh);
  refresh();
  return () => {
    clearTimeout(retry);
    stop();
  };
}
