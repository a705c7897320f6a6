import { z } from 'zod';
import { sealedField } from '../../access/sealed-field.ts';

/** The first rows of a list, for checking its columns. */
export const sealedSample = sealedField('imports.sample', {
  compartment: 'work',
  content: z.object({
    headings: z.array(z.string()).readonly(),
    rows: z.array(z.array(z.string()).readonly()).readonly(),
  }),
  datum: 'listContent',
});

/** The list itself, piece by piece, until it is imported. */
export const sealedList = sealedField('imports.file', {
  compartment: 'work',
  content: z.object({ base64: z.string() }),
  datum: 'listContent',
});

/**
 * Digests of the rows of a list, with which the sender's next list is compared; one piece per
 * chunk.
 */
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
