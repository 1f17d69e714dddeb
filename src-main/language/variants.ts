/**
 * Traditional characters and their simplified form, those that turn up in messages to shops. Characters with several simplified
 * forms are left alone, except where shops know one of them only (`髮` is never meant).
 */
const TRADITIONAL =
  '發貨單評現錢訂買賣價實質問題應該這個們時間還沒說話請電號碼寶貝賬戶轉帳聯繫絡訴舉報騙詐權維稅務開辦費諮詢禮勞會議品' +
  '稱寫額萬幾塊員貼紙條樣壞爛碎裝漏換補償賠處理擊難過氣憤謝禮對錯誤經濟運輸遞區縣鄉鎮門樓層戶證書籤簽歸還為麼什樂歡' +
  '顏藍綠紅黃褲鞋襪帶輕細數據網頁認識別讓給從車機關監督檢驗產業總結讚嗎吧點顆雙條兩雖當將與東西長寬厚薄熱涼鮮凍飯麵' +
  '雞魚貓狗級優惠減滿領券獎紅線盡儘趕緊慢國際訊聲';
const SIMPLIFIED =
  '发货单评现钱订买卖价实质问题应该这个们时间还没说话请电号码宝贝账户转账联系络诉举报骗诈权维税务开办费咨询礼劳会议品' +
  '称写额万几块员贴纸条样坏烂碎装漏换补偿赔处理击难过气愤谢礼对错误经济运输递区县乡镇门楼层户证书签签归还为么什乐欢' +
  '颜蓝绿红黄裤鞋袜带轻细数据网页认识别让给从车机关监督检验产业总结赞吗吧点颗双条两虽当将与东西长宽厚薄热凉鲜冻饭面' +
  '鸡鱼猫狗级优惠减满领券奖红线尽尽赶紧慢国际讯声';

/** Which simplified character stands for a traditional one. */
export const SIMPLIFIED_FORMS: ReadonlyMap<string, string> = new Map(
  [...TRADITIONAL].map((character, place) => [character, [...SIMPLIFIED][place] as string] as const).filter(([from, to]) => from !== to),
);

/**
 * Spellings by which a word is passed by a word list, with the word meant. Already lower case, half width, simplified and without
 * fillers when they are looked for; longer ones first.
 */
export const LOOK_ALIKES: readonly (readonly [spelling: string, word: string])[] = (
  [
    ['+v信', '加微信'],
    ['+微信', '加微信'],
    ['+vx', '加微信'],
    ['+wx', '加微信'],
    ['+v', '加微信'],
    ['+薇', '加微信'],
    ['+徽', '加微信'],
    ['加vx', '加微信'],
    ['加wx', '加微信'],
    ['加v信', '加微信'],
    ['加v', '加微信'],
    ['加薇', '加微信'],
    ['加徽', '加微信'],
    ['加个v', '加个微信'],
    ['v信', '微信'],
    ['vx', '微信'],
    ['wx', '微信'],
    ['薇信', '微信'],
    ['威信', '微信'],
    ['徽信', '微信'],
    ['微❤', '微信'],
    ['薇❤', '微信'],
    ['weixin', '微信'],
    ['wechat', '微信'],
    ['whatsapp', '微信'],
    ['zfb', '支付宝'],
    ['tui款', '退款'],
    ['退kuan', '退款'],
    ['tuikuan', '退款'],
    ['腿款', '退款'],
    ['返xian', '返现'],
    ['fan现', '返现'],
    ['fanxian', '返现'],
    ['反现', '返现'],
    ['返线', '返现'],
    ['饭现', '返现'],
    ['好坪', '好评'],
    ['好苹', '好评'],
    ['好平返', '好评返'],
    ['hao评', '好评'],
    ['hp返', '好评返'],
    ['差坪', '差评'],
    ['差苹', '差评'],
    ['cha评', '差评'],
    ['刷dan', '刷单'],
    ['shua单', '刷单'],
    ['shuadan', '刷单'],
    ['s单', '刷单'],
    ['唰单', '刷单'],
    ['涮单', '刷单'],
    ['补dan', '补单'],
    ['bu单', '补单'],
    ['投su', '投诉'],
    ['tou诉', '投诉'],
    ['tousu', '投诉'],
    ['ts你', '投诉你'],
    ['头诉', '投诉'],
    ['jubao', '举报'],
    ['ju报', '举报'],
    ['举bao', '举报'],
    ['举爆', '举报'],
    ['发piao', '发票'],
    ['fa票', '发票'],
    ['fapiao', '发票'],
    ['发漂', '发票'],
    ['开piao', '开票'],
    ['pian子', '骗子'],
    ['假huo', '假货'],
    ['jia货', '假货'],
    ['佣jin', '佣金'],
    ['红bao', '红包'],
    ['hong包', '红包'],
    ['hb', '红包'],
  ] as const
).toSorted(([one], [other]) => other.length - one.length);

/** What an emoji says, in a word; all others say nothing. */
export const EMOJI_WORDS: ReadonlyMap<string, string> = new Map([
  ['😡', '生气'],
  ['😠', '生气'],
  ['🤬', '生气'],
  ['👿', '生气'],
  ['💢', '生气'],
  ['😤', '生气'],
  ['🙏', '拜托'],
  ['❤', '喜欢'],
  ['😍', '喜欢'],
  ['🥰', '喜欢'],
  ['🌹', '谢谢'],
  ['👍', '赞'],
  ['👎', '差'],
  ['💰', '钱'],
  ['🧧', '红包'],
  ['🎁', '礼物'],
  ['🎂', '生日'],
  ['☎', '电话'],
  ['📞', '电话'],
]);

/** Numbers that are themselves words: hot lines and laws. Every other number only says that a number stands there. */
export const NUMBERS_THAT_SPEAK: ReadonlySet<string> = new Set([
  '12315',
  '12345',
  '12305',
  '12300',
  '12366',
  '12318',
  '96315',
  '315',
  '110',
]);
