import { afterEach, expect, test } from 'vitest';
import { ask } from '#test/support/hub.ts';
import { LIN } from '#test/support/rules.ts';
import { World } from './world.ts';

/** "Why is this order stuck?" is answered by what stops it, also where no rule does. */

let world: World;
afterEach(() => world.close());

const sentenceOf = async (id: string) => {
  const { orderNo } = await world.order(id);
  const { sentence, rederived } = await ask(world.hub, 'orders.explain', { orderNo });
  expect(rederived).toBe(true);
  return sentence;
};

test('a source that could not tell, a person who froze it, several reasons, and who let it go', async () => {
  world = await World.open();
  await world.risks.stop();
  await world.connect(['risk-list']);
  await world.place('W1');
  await world.settled();
  expect((await world.order('W1')).hold?.reasons.map(({ ruleId }) => ruleId)).toEqual(['check:risk-list']);
  expect((await sentenceOf('W1')).zh).toMatch(/^外部风控服务未能核验（.+），等待其回复$/);

  // A second reason, a graver one: it decides what becomes of the order.
  await world.change('W1', { buyerMessage: '刷单' });
  await world.settled();
  const both = await sentenceOf('W1');
  expect(both.zh).toMatch(/^备注含违规词「刷单」；外部风控服务未能核验.+（2 条原因中以「.+」为准：冻结，只能人工放行）$/);
  expect(both.en).toMatch(/\(of 2 reasons ".+" prevails: frozen, released by people alone\)$/);

  const { orderNo, version } = await world.order('W1');
  await ask(world.hub, 'holds.release', { orderNo, version, reason: '' }, LIN);
  expect((await sentenceOf('W1')).zh).toBe('备注含违规词「刷单」（已由 lin 放行）');

  const released = await world.order('W1');
  await ask(world.hub, 'holds.freeze', { orderNo, version: released.version, reason: '再核实' }, LIN);
  expect((await sentenceOf('W1')).zh).toBe('lin 手动冻结：再核实');
});

test('nothing stops it: that is said', async () => {
  world = await World.open();
  await world.connect([]);
  await world.place('W2');
  expect((await sentenceOf('W2')).zh).toBe('全部检查通过，没有规则拦截');
});
