import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonLimits, parseStrictJson } from './strict-json.ts';

const refused = { code: 'body.not_json', httpStatus: 400 };
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const wide = (keys: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, at) => [`k${at}`, at])));

describe('refuses', () => {
  it.each([
    ['a list too deep', nested(jsonLimits.depth + 1)],
    ['too many keys', wide(jsonLimits.keys + 1)],
    ['too many keys in all', `[${wide(1_500)},${wide(600)}]`],
    ['a list too long', JSON.stringify(Array(jsonLimits.arrayItems + 1).fill(0))],
    ['a key twice', '{"a":1,"b":{"a":2},"a":3}'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['__proto__', '{"a":{"__proto__":{}}}'],
    ['__proto__, escaped', '{"__pro\\u0074o__":{}}'],
    ['constructor', '[{"constructor":1}]'],
    ['prototype', '{"prototype":1}'],
    ['what is not JSON', '{"a":'],
    ['nothing', ''],
    ['a string without an end', '"aaa'],
    ['a very deep list, at once', '['.repeat(200_000)],
  ])('%s', (_, text) => {
    expect(() => parseStrictJson(text)).toThrow(expect.objectContaining(refused));
  });
});

describe('accepts', () => {
  it.each([
    nested(jsonLimits.depth),
    wide(jsonLimits.keys),
    JSON.stringify(Array(jsonLimits.arrayItems).fill(0)),
    '{"a":"__proto__","b":["constructor"],"c":{"a":1}}',
    '{"text":"a \\"quoted\\" word, {and} [more]: \\\\"}',
  ])('what stays within the limits (%#)', (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });

  it('every small value as the parser reads it', () => {
    const keys = fc.string().filter((key) => !/^(__proto__|constructor|prototype)$/.test(key));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('list'), tie('object')),
      leaf: fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null)),
      list: fc.array(tie('tree'), { maxLength: 5 }),
      object: fc.dictionary(keys, tie('tree'), { maxKeys: 5 }),
    }));
    fc.assert(
      fc.property(tree, fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
