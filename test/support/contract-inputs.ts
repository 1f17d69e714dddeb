import fc from 'fast-check';
import { z } from 'zod';
import { methods } from '#shared/contract/index.ts';
import type { MethodName } from '#shared/contract/index.ts';

/** The part of JSON Schema the contract's inputs come out as. */
interface JsonSchema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  propertyNames?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  pattern?: string;
}

/** Values that exist in the hub that is asked, by the name of the field they belong in; asked for each input anew. */
export type KnownValues = Readonly<Record<string, () => readonly unknown[]>>;

/** What a method takes, as its schema says: a method that is added is covered by itself. */
export function inputsOf(method: MethodName, known: KnownValues): fc.Arbitrary<unknown> {
  const schema = z.toJSONSchema(methods[method].input, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return valuesOf(schema, '', known);
}

function valuesOf(schema: JsonSchema, name: string, known: KnownValues): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const made = schema.anyOf
    ? fc.oneof(...schema.anyOf.map((one) => valuesOf(one, name, known)))
    : fc.oneof(...[schema.type ?? 'any'].flat().map((type) => valuesOfType(type, schema, known)));
  const there = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!there) return made;
  const one = fc.tuple(fc.nat(), made).map(([index, other]) => {
    const fitting = there().filter((value) => fits(value, schema));
    return fitting.length === 0 ? other : fitting[index % fitting.length];
  });
  return fc.oneof({ weight: 4, arbitrary: one }, { weight: 1, arbitrary: made });
}

/** Is the value of that type, and an object without other fields? */
function fits(value: unknown, schema: JsonSchema): boolean {
  if (schema.anyOf) return schema.anyOf.some((one) => fits(value, one));
  const types = [schema.type ?? []].flat();
  const type = value === null ? 'null' : Number.isInteger(value) ? 'integer' : typeof value;
  if (types.length > 0 && !types.includes(type)) return false;
  const { properties, additionalProperties } = schema;
  return (
    type !== 'object' ||
    !properties ||
    typeof additionalProperties === 'object' ||
    Object.keys(value as object).every((name) => name in properties)
  );
}

function valuesOfType(type: string, schema: JsonSchema, known: KnownValues): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'string':
      return texts(schema);
    case 'integer':
    case 'number':
      return numbers(type, schema);
    case 'array': {
      const { items = {}, minItems = 0, maxItems = 3 } = schema;
      return fc.array(valuesOf(items, '', known), { minLength: minItems, maxLength: Math.min(maxItems, minItems + 3) });
    }
    case 'object':
      return objects(schema, known);
    default:
      return fc.jsonValue();
  }
}

function texts({ pattern, minLength = 0, maxLength = 40 }: JsonSchema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 40) });
}

function numbers(type: string, { minimum, exclusiveMinimum, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): fc.Arbitrary<number> {
  const min = minimum ?? (exclusiveMinimum === undefined ? -Number.MAX_SAFE_INTEGER : exclusiveMinimum + 1);
  const whole = fc.oneof(
    fc.integer({ min, max: Math.min(maximum, min + 100) }),
    fc.maxSafeInteger().filter((n) => n >= min && n <= maximum),
  );
  return type === 'integer' ? whole : fc.oneof(whole, fc.double({ min, max: maximum, noNaN: true }));
}

function objects({ properties = {}, required = [], propertyNames, additionalProperties }: JsonSchema, known: KnownValues) {
  const named = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema, name, known)]));
  const record = fc.record(named, { requiredKeys: required });
  if (typeof additionalProperties !== 'object') return record;
  const names = valuesOf(propertyNames ?? { type: 'string' }, '', {}) as fc.Arbitrary<string>;
  return fc.dictionary(names, valuesOf(additionalProperties, '', known), { maxKeys: 4 });
}
