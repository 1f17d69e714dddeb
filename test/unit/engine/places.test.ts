import { describe, expect, test } from 'vitest';
import { distanceKm } from '#main/engine/index.ts';
import { places } from './world.ts';

const at = (province: string, city: string) => places.locate({ province, city, position: null });

describe('provinces', () => {
  test.each([
    ['浙江', '浙江'],
    ['浙江省', '浙江'],
    ['广西壮族自治区', '广西'],
    ['内蒙古自治区', '内蒙古'],
    ['黑龙江省', '黑龙江'],
    ['香港特别行政区', '香港'],
    ['上海市', '上海'],
    ['Zhejiang', '浙江'],
    ['zhejiang sheng', '浙江'],
    ['Guangdong Province', '广东'],
    ['Inner Mongolia', '内蒙古'],
    ['Shaanxi', '陕西'],
    ['Shanxi', '山西'],
    ['Guangxi Zhuangzu Zizhiqu', '广西'],
    ['Hong Kong SAR', '香港'],
    ['California', null],
    ['', null],
  ])('%s is %s', (written, name) => expect(places.province(written)).toBe(name));
});

describe('cities', () => {
  test.each([
    ['浙江省', '杭州市', '杭州'],
    ['浙江', '杭州', '杭州'],
    ['Zhejiang', 'Hangzhou', '杭州'],
    ['湖北省', '恩施土家族苗族自治州', '恩施'],
    ['内蒙古', '锡林郭勒盟', '锡林郭勒'],
    ['上海市', '市辖区', '上海'],
    ['北京', '', '北京'],
  ])('%s %s is %s', (province, city, place) => expect(at(province, city)?.place).toBe(place));

  test('a province alone is too coarse to measure from', () => {
    expect(at('浙江省', '')).toBeNull();
    expect(at('California', 'San Francisco')).toBeNull();
  });

  test('a longer name is not cut down to a city that begins it', () => expect(at('', '杭州湾新区')).toBeNull());

  test('coordinates of the platform come first', () => {
    expect(places.locate({ province: '浙江', city: '杭州市', position: { lat: 1, lon: 2 } })).toMatchObject({ lat: 1, lon: 2 });
  });

  test('distances are great circles', () => {
    const hangzhou = at('浙江', '杭州');
    const beijing = at('北京', '北京');
    if (!hangzhou || !beijing) throw new Error('not found');
    // 1,121 km between the two city centres by WGS84 geodesic.
    expect(Math.abs(distanceKm(hangzhou, beijing) - 1_121)).toBeLessThan(10);
    expect(distanceKm(hangzhou, hangzhou)).toBe(0);
  });
});
