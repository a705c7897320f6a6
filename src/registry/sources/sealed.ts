import { z } from 'zod';
import { sealedField } from '../../access/sealed-field.ts';

/** The first rows of a list, to check its columns by. */
export const sealedSample = sealedField('imports.sample', {
  compartment: 'work',
  content: z.object({
    headings: z.array(z.string()).readonly(),
    rows: z.array(z.array(z.string()).readonly()).readonly(),
  }),
  datum: 'listContent',
});

/** The list itself, piece by piece, until it is carried out. */
export const sealedList = sealedField('imports.file', {
  compartment: 'work',
  content: z.object({ base64: z.string() }),
  datum: 'listContent',
});

/** Digests of the rows of a list, by which the sender's next list is compared; one piece a chunk. */
export const sealedMarks = sealedField('imports.marks', {
  compartment: 'work',
  content: z.array(
    z.tuple([z.number(), z.string(), z.string(), z.string(), z.string(), z.string()]),
  ),
  datum: 'listContent',
});

/** The cells of a refused row, for the person who corrects it. */
export const sealedRow = sealedField('import_rows.raw', {
  compartment: 'work',
  content: z.object({ cells: z.array(z.string()).readonly() }),
  datum: 'listContent',
});
