/** Ids of requirements, rulings, domain rules and treaty articles, as code and documents cite them. */
const citation =
  /\b[RSF]-\d{2,3}[a-z]?\b|\b(?:settled|ruling) \d+\b|\bdomain \d+\.\d+\b|\b(?:GC (?:IV|I{1,3})|AP I{1,2}) \d+\b/g;

/** Every id that a text cites, with its line. Rulings have an older name too; both are read. */
export function citationsIn(
  text: string,
): readonly { readonly id: string; readonly line: number }[] {
  return text
    .split('\n')
    .flatMap((content, at) =>
      [...content.matchAll(citation)].map(([id]) => ({ id: canonical(id), line: at + 1 })),
    );
}

/** Ids that the requirement documents define: the first cell of a table row, or a bold list item. */
export function definitionsIn(text: string): ReadonlySet<string> {
  const rows = [...text.matchAll(/^\| ([A-Z][A-Z\d]*-\d+[a-z]?|[A-Za-z]+ [\dIV. ]+?) \|/gm)];
  const items = [...text.matchAll(/^- \*\*(ruling \d+)\.\*\*/gm)];
  return new Set([...rows, ...items].map(([, id = '']) => canonical(id)));
}

function canonical(id: string): string {
  return id.replace(/^settled/, 'ruling');
}
