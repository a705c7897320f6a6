import { z } from 'zod';
import { sealedField } from '../../access/sealed-field.ts';

/** Which two records the matcher proposes as one person. */
export const sealedPair = sealedField('matches.pair', {
  compartment: 'work',
  content: z.looseObject({ leftRecordId: z.string(), rightRecordId: z.string() }),
  datum: 'deskWork',
});
