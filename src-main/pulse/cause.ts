import type { ChannelId } from '#shared/channels.ts';
import type { CaseRole } from '#shared/order.ts';
import type { Stage } from '#shared/pulse.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { LateGroup } from './open-orders.ts';

/** Names the ward speaks with. */
export interface WardNames {
  shop(channel: ChannelId, shopId: string): LocalisedText;
  warehouse(id: string): LocalisedText;
  /** Null for a rule that no longer exists. */
  rule(id: string): { name: LocalisedText; role: CaseRole } | null;
}

/** Why orders are stuck, who has to move them on, and how. One cause is one strip. */
export interface Cause {
  id: string;
  stage: Stage;
  text: LocalisedText;
  owner: CaseRole;
  nextAction: LocalisedText;
}

type Group = Pick<LateGroup, 'stage' | 'channel' | 'shopId' | 'warehouse' | 'ruleId' | 'frozen'>;

/**
 * The cause of a group (M11). What holds an order back differs by stage: the buyer or the shop's feed before payment
 * and after receipt, stock before routing, the rule in review, the warehouse until shipped, its carrier after that.
 */
export function causeOf(group: Group, names: WardNames): Cause {
  switch (group.stage) {
    case 'pending_payment':
      return byShop(group, names, UNPAID);
    case 'paid':
      return group.warehouse === null
        ? { id: 'paid:unrouted', stage: group.stage, ...UNROUTED }
        : byWarehouse(group, names, NOT_HANDED_OVER);
    case 'review':
      return byRule(group, names);
    case 'awaiting_shipment':
      return byWarehouse(group, names, NOT_SHIPPED);
    case 'shipped':
      return byWarehouse(group, names, NOT_RECEIVED);
    case 'delivered':
      return byShop(group, names, NOT_COMPLETED);
  }
}

/** What follows the name of the shop or warehouse, and what to do about it. */
interface Trouble {
  text: LocalisedText;
  owner: CaseRole;
  nextAction: LocalisedText;
}

const UNPAID: Trouble = {
  text: { zh: '待付款超时', en: 'payment overdue' },
  owner: 'service',
  nextAction: { zh: '提醒买家付款，或关闭订单', en: 'remind the buyer to pay, or close the order' },
};
const UNROUTED: Trouble = {
  text: { zh: '已付款但未分仓：缺货或资料不全', en: 'Paid but not routed: short of stock or data incomplete' },
  owner: 'warehouse',
  nextAction: { zh: '补货或调拨，到货后自动重新分仓', en: 'replenish or transfer; orders are routed again when stock arrives' },
};
const NOT_HANDED_OVER: Trouble = {
  text: { zh: '已付款，未转入待发货', en: 'paid, not handed over for shipment' },
  owner: 'operations',
  nextAction: { zh: '检查可执行清单中未通过的项目', en: 'check which item of the executable-order checklist failed' },
};
const NOT_SHIPPED: Trouble = {
  text: { zh: '待发货积压', en: 'backlog waiting for shipment' },
  owner: 'warehouse',
  nextAction: { zh: '催促打单出库，必要时改派其他仓', en: 'press for packing, or move orders to another warehouse' },
};
const NOT_RECEIVED: Trouble = {
  text: { zh: '已发货，长时间无签收', en: 'shipped, no receipt for long' },
  owner: 'warehouse',
  nextAction: { zh: '向承运商查询轨迹，主动告知买家', en: 'ask the carrier for the trace and tell the buyer first' },
};
const NOT_COMPLETED: Trouble = {
  text: { zh: '已签收，未完成', en: 'delivered, not completed' },
  owner: 'service',
  nextAction: { zh: '核对平台状态，确认完成或跟进售后', en: 'compare with the platform; confirm, or follow up the after-sale' },
};
const HELD: LocalisedText = {
  zh: '放行或冻结，超时将自动放行',
  en: 'release or freeze; held orders are released by themselves in the end',
};
const FROZEN: LocalisedText = {
  zh: '核实后放行，或取消订单；冻结订单不会自动放行',
  en: 'verify, then release or cancel; frozen orders never go on by themselves',
};

function byShop(group: Group, names: WardNames, { text, ...rest }: Trouble): Cause {
  const shop = names.shop(group.channel, group.shopId);
  const id = `${group.stage}:shop:${group.channel}/${group.shopId}`;
  return { id, stage: group.stage, text: { zh: `${shop.zh}：${text.zh}`, en: `${shop.en}: ${text.en}` }, ...rest };
}

/** Orders that no warehouse of ours sends (the platform's own, or shipped before they came here) are the shop's affair. */
function byWarehouse(group: Group, names: WardNames, trouble: Trouble): Cause {
  if (group.warehouse === null) return byShop(group, names, trouble);
  const { text, ...rest } = trouble;
  const warehouse = names.warehouse(group.warehouse);
  const id = `${group.stage}:warehouse:${group.warehouse}`;
  return { id, stage: group.stage, text: { zh: `${warehouse.zh}：${text.zh}`, en: `${warehouse.en}: ${text.en}` }, ...rest };
}

function byRule({ stage, ruleId, frozen }: Group, names: WardNames): Cause {
  const kind = frozen ? 'frozen' : 'held';
  const nextAction = frozen ? FROZEN : HELD;
  if (ruleId === null) {
    const text = frozen ? { zh: '人工冻结，待核实', en: 'Frozen by hand' } : { zh: '人工拦截，待复核', en: 'Held by hand' };
    return { id: `${stage}:${kind}:hand`, stage, text, owner: frozen ? 'risk' : 'operations', nextAction };
  }
  const rule = names.rule(ruleId);
  const name = rule?.name ?? { zh: ruleId, en: ruleId };
  const text = frozen
    ? { zh: `规则「${name.zh}」冻结，待核实`, en: `Frozen by rule "${name.en}"` }
    : { zh: `规则「${name.zh}」拦截，待复核`, en: `Held by rule "${name.en}"` };
  return { id: `${stage}:${kind}:${ruleId}`, stage, text, owner: rule?.role ?? 'operations', nextAction };
}
