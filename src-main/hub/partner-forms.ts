import type { PartnerForm, PartnerId } from '#shared/contract/partners.ts';
import type { LocalisedText } from '#shared/text.ts';
import { partnersSchema } from './config.ts';
import type { HubConfig } from './config.ts';

type Config = HubConfig['partners'];
type Field = PartnerForm['fields'][number];
type Values = Readonly<Record<string, string>>;

const say = (zh: string, en: string): LocalisedText => ({ zh, en });
const NO_HELP = say('', '');

function field(name: string, kind: Field['kind'], need: Field['need'], label: LocalisedText, help: LocalisedText = NO_HELP): Field {
  return { name, kind, need, label, help };
}

const SIGNING = say('以 whsec_ 开头，双方各存一份（Standard Webhooks）', 'Begins with whsec_; kept by both sides (Standard Webhooks)');
const OWN_ADDRESS = say('留空则用正式地址', 'Left empty, the official address');
const GROUP_URL = say('群设置里机器人的 Webhook 地址', 'The webhook address of the robot, from the settings of the group');
const GROUP_SECRET = say('开启「加签」时填写', 'Where the robot demands a signature');
const SENDER = say('寄件信息，取电子面单时需要', 'The sender, needed for electronic waybills');

/** Names, purposes and fields of every partner; docs/partners.md and docs/wms.md say how each of them is spoken to. */
const FORMS: Record<PartnerId, Omit<PartnerForm, 'id'>> = {
  wms: {
    name: say('仓库系统（WMS）', 'Warehouse system (WMS)'),
    about: say('接收发货、暂停、撤回指令，回传出库结果与库存', 'Told to ship, hold and recall; reports shipments and stock'),
    fields: [
      field('url', 'url', 'always', say('指令地址', 'Address for messages')),
      field('secret', 'secret', 'always', say('签名密钥', 'Signing secret'), SIGNING),
      field(
        'snapshot',
        'url',
        'optional',
        say('库存快照地址', 'Address of the stock snapshot'),
        say('留空则手工维护库存', 'Left empty, stock is kept by hand'),
      ),
      field('feed', 'url', 'optional', say('库存变动地址', 'Address of the stock feed'), say('以 wss:// 开头', 'Begins with wss://')),
      field(
        'check',
        'url',
        'optional',
        say('实物核验地址', 'Address of the live stock check'),
        say('发货前逐单核对实物；留空则不核对', 'Asked about each order before it ships; left empty, it is not'),
      ),
    ],
  },
  buyer: {
    name: say('买家消息', 'Buyer messages'),
    about: say('代发给买家的消息', 'Sends messages to buyers'),
    fields: [
      field('url', 'url', 'always', say('消息地址', 'Address for messages')),
      field('secret', 'secret', 'always', say('签名密钥', 'Signing secret'), SIGNING),
    ],
  },
  mail: {
    name: say('邮件', 'Mail'),
    about: say('订单被拦截时通知运营邮箱', 'Tells the operations mailbox of held orders'),
    fields: [
      field(
        'smtp',
        'secret',
        'always',
        say('SMTP 地址', 'SMTP address'),
        say('smtp://用户:密码@主机:587', 'smtp://user:password@host:587'),
      ),
      field('from', 'text', 'always', say('发件人', 'From')),
      field('operations', 'text', 'always', say('运营邮箱', 'Operations mailbox')),
    ],
  },
  crm: {
    name: say('客户系统（CRM）', 'Customer system (CRM)'),
    about: say('告知买家等级与允许的折扣', 'Tells the tier of a buyer and the discount it allows'),
    fields: [
      field('url', 'url', 'always', say('接口地址', 'Address')),
      field('token', 'secret', 'always', say('访问令牌', 'Access token')),
    ],
  },
  'risk-list': {
    name: say('风险名单', 'Risk list'),
    about: say('为买家打分，只给出加密后的标识', 'Scores buyers; it sees keyed hashes alone'),
    fields: [
      field('url', 'url', 'always', say('接口地址', 'Address')),
      field('token', 'secret', 'always', say('访问令牌', 'Access token')),
    ],
  },
  kuaidi100: {
    name: say('快递100', 'Kuaidi100'),
    about: say('跟踪发出的包裹；按单收费，每单只订阅一次', 'Follows parcels; each is charged for and subscribed once'),
    fields: [
      field('key', 'secret', 'always', say('授权 Key', 'Key')),
      field(
        'callbackUrl',
        'url',
        'always',
        say('回调地址', 'Call-back address'),
        say('本中枢的公网地址加 /hooks/partner/kuaidi100', "This hub's public address and /hooks/partner/kuaidi100"),
      ),
      field(
        'salt',
        'secret',
        'optional',
        say('回调签名 salt', 'Salt of call-backs'),
        say('建议填写：没有它，任何人都能冒充快递100', 'Set it: without one anybody could speak for Kuaidi100'),
      ),
      field('endpoint', 'url', 'optional', say('接口地址', 'Address'), OWN_ADDRESS),
    ],
  },
  kdniao: {
    name: say('快递鸟', 'Kdniao'),
    about: say('取电子面单；未接入快递100 时也跟踪包裹', 'Issues electronic waybills; follows parcels where Kuaidi100 is not connected'),
    fields: [
      field('businessId', 'text', 'always', say('用户 ID', 'User ID')),
      field('apiKey', 'secret', 'always', say('API Key', 'API key')),
      field('Name', 'text', 'optional', say('寄件人', 'Sender'), SENDER),
      field('Mobile', 'text', 'optional', say('寄件电话', 'Phone of the sender')),
      field('ProvinceName', 'text', 'optional', say('寄件省份', 'Province of the sender')),
      field('CityName', 'text', 'optional', say('寄件城市', 'City of the sender')),
      field('ExpAreaName', 'text', 'optional', say('寄件区县', 'District of the sender')),
      field('Address', 'text', 'optional', say('寄件详细地址', 'Street of the sender')),
      field('endpoint', 'url', 'optional', say('接口地址', 'Address'), OWN_ADDRESS),
    ],
  },
  robots: {
    name: say('群机器人', 'Group robots'),
    about: say(
      '订单被拦截时通知群；钉钉、飞书、企业微信至少填一个',
      'Tell a group of held orders; enter at least one of DingTalk, Feishu and WeCom',
    ),
    fields: [
      field('dingtalkUrl', 'secret', 'optional', say('钉钉机器人地址', 'Address of the DingTalk robot'), GROUP_URL),
      field('dingtalkSecret', 'secret', 'optional', say('钉钉加签密钥', 'Secret of the DingTalk robot'), GROUP_SECRET),
      field('feishuUrl', 'secret', 'optional', say('飞书机器人地址', 'Address of the Feishu robot'), GROUP_URL),
      field('feishuSecret', 'secret', 'optional', say('飞书签名密钥', 'Secret of the Feishu robot'), GROUP_SECRET),
      field('wecomUrl', 'secret', 'optional', say('企业微信机器人地址', 'Address of the WeCom robot'), GROUP_URL),
    ],
  },
};
const SENDER_FIELDS = ['Name', 'Mobile', 'ProvinceName', 'CityName', 'ExpAreaName', 'Address'];

export function formOf(id: PartnerId): PartnerForm {
  return { id, ...FORMS[id] };
}

/** What a partner's values say in the shape of the configuration file; the fields that are missing or misshapen where they cannot. */
export function configOf(id: PartnerId, values: Values): { ok: true; config: Config } | { ok: false; text: LocalisedText } {
  const { fields } = FORMS[id];
  const missing = fields.filter(({ name, need }) => need === 'always' && values[name] === undefined);
  if (missing.length > 0) return { ok: false, text: named(missing, '还需填写', 'Still missing') };
  const parsed = partnersSchema.safeParse(shaped(id, values));
  if (!parsed.success) {
    const at = new Set(parsed.error.issues.map(({ path }) => String(path.at(-1))));
    const wrong = fields.filter(({ name, kind }) => at.has(name) || (kind !== 'text' && at.has('url') && name.endsWith('Url')));
    return { ok: false, text: named(wrong, '格式不对', 'Of another form') };
  }
  if (id === 'robots' && (parsed.data.robots ?? []).length === 0) {
    return { ok: false, text: say('群机器人的地址至少填一个', 'Enter the address of at least one robot') };
  }
  return { ok: true, config: parsed.data };
}

function named(fields: readonly Field[], zh: string, en: string): LocalisedText {
  return say(`${zh}：${fields.map(({ label }) => label.zh).join('、')}`, `${en}: ${fields.map(({ label }) => label.en).join(', ')}`);
}

function shaped(id: PartnerId, values: Values): Record<string, unknown> {
  if (id === 'kdniao') {
    const sender = Object.fromEntries(Object.entries(values).filter(([name]) => SENDER_FIELDS.includes(name)));
    const { businessId, apiKey, endpoint } = values;
    return { kdniao: { businessId, apiKey, sender, ...(endpoint !== undefined && { endpoint }) } };
  }
  if (id === 'robots') {
    const kinds = ['dingtalk', 'feishu', 'wecom'] as const;
    const robots = kinds.flatMap((kind) => {
      const [url, secret] = [values[`${kind}Url`], values[`${kind}Secret`]];
      return url === undefined ? [] : [{ kind, url, ...(secret !== undefined && { secret }) }];
    });
    return { robots };
  }
  return { [id === 'risk-list' ? 'riskList' : id]: { ...values } };
}
