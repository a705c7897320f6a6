import { z } from 'zod';
import { sealedField } from '../../access/sealed-field.ts';
import type { Description } from '../../kernel/description.ts';
import type { StaffId } from '../../kernel/ids.ts';
import { maskName } from '../../matching/reading/mask.ts';

const described = z.looseObject({
  names: z.array(z.looseObject({ full: z.string() })).min(1),
});

/** What one source says about a person; only its outline is checked, since sources differ. */
export const descriptionContent = z.custom<Description>(
  (content) => described.safeParse(content).success,
);

/** Why a record was corrected and by whom, sealed beside its words. */
export interface CorrectionNote {
  readonly reason: string;
  readonly by: StaffId | null;
}

export const sealedDescription = sealedField('records.description', {
  compartment: 'identity',
  content: descriptionContent,
  datum: 'militaryDetail',
  mask: ({ names, birth }) => ({
    initials: maskName(names),
    birthYear: birth?.value?.slice(0, 4) ?? null,
  }),
});

export const sealedCorrection = sealedField('records.correction', {
  compartment: 'identity',
  content: z.custom<CorrectionNote>(
    (note) => z.object({ reason: z.string(), by: z.string().nullable() }).safeParse(note).success,
  ),
  datum: 'deskWork',
});
