import { IntlMessageFormat } from 'intl-messageformat';

export type Catalogue = Readonly<Record<string, string>>;
type Elements = ReturnType<IntlMessageFormat['getAst']>;

/** Breaches of one catalogue against another language's: keys, and the values a text is given. */
export function differences(
  one: { readonly language: string; readonly texts: Catalogue },
  other: { readonly language: string; readonly texts: Catalogue },
): readonly string[] {
  const missing = Object.keys(one.texts).filter((key) => !Object.hasOwn(other.texts, key));
  const shared = Object.keys(one.texts).filter((key) => Object.hasOwn(other.texts, key));
  const unlike = shared.filter((key) => {
    const [first, second] = [one, other].map(({ language, texts }) =>
      [...argumentsOf(parse(texts[key] ?? '', language))].sort().join(),
    );
    return first !== second;
  });
  return [
    ...missing.map((key) => `${other.language} lacks ${key}`),
    ...unlike.map((key) => `${other.language} ${key} takes other values than in ${one.language}`),
  ];
}

/** Plurals that lack a form which the language has; whole numbers never need a fraction's form. */
export function pluralGaps(language: string, texts: Catalogue): readonly string[] {
  const rules = new Intl.PluralRules(language);
  const needed = new Set(Array.from({ length: 1_000 }, (_, count) => rules.select(count)));
  return Object.entries(texts).flatMap(([key, text]) =>
    pluralsOf(parse(text, language)).flatMap((forms) => {
      const lacking = [...needed].filter((form) => !forms.includes(form));
      return lacking.length > 0 ? [`${language} ${key} lacks ${lacking.join(', ')}`] : [];
    }),
  );
}

/** A text as its longest reading: of each plural or choice the longest branch, of each value one word. */
export function longestReading(text: string, language: string): string {
  return readingOf(parse(text, language));
}

function readingOf(elements: Elements): string {
  return elements
    .map((element) => {
      if (element.type === kinds.literal && 'value' in element) return String(element.value);
      if (!('options' in element)) return 'value';
      const branches = Object.values(element.options).map(({ value }) => readingOf(value));
      return branches.reduce((one, other) => (other.length > one.length ? other : one), '');
    })
    .join('');
}

function parse(text: string, language: string): Elements {
  return new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).getAst();
}

/** Kinds of element as the parser numbers them. */
const kinds = { literal: 0, select: 5, plural: 6, pound: 7 } as const;

function argumentsOf(elements: Elements): ReadonlySet<string> {
  return new Set(
    elements.flatMap((element) => {
      if (element.type === kinds.literal || element.type === kinds.pound) return [];
      const inner = 'options' in element ? Object.values(element.options) : [];
      const own = 'value' in element ? [String(element.value)] : [];
      return [...own, ...inner.flatMap(({ value }) => [...argumentsOf(value)])];
    }),
  );
}

function pluralsOf(elements: Elements): readonly (readonly string[])[] {
  return elements.flatMap((element) => {
    if (element.type !== kinds.plural && element.type !== kinds.select) return [];
    const inner = Object.values(element.options).flatMap(({ value }) => pluralsOf(value));
    return element.type === kinds.plural ? [Object.keys(element.options), ...inner] : inner;
  });
}
