import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import type { EnquiryView } from '../api/work-shapes.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, Choices, useOptions } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';

export const kinships = [
  'mother',
  'father',
  'wife',
  'husband',
  'child',
  'sibling',
  'grandparent',
  'other',
] as const;
const identityMeans = [
  'passport_seen',
  'signature_service',
  'video_call',
  'known_in_person',
] as const;
const kinshipMeans = [
  'birth_certificate',
  'marriage_certificate',
  'register_extract',
  'witnesses',
] as const;

/** The result of the desk's check of identity or kinship. */
export function CheckForm({
  enquiry,
  kind,
  onDone,
}: {
  readonly enquiry: EnquiryView;
  readonly kind: 'identity' | 'kinship';
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const say = useSaying();
  const allMeans = kind === 'identity' ? identityMeans : kinshipMeans;
  const kinshipOptions = useOptions('kinship', kinships);
  const [outcome, setOutcome] = useState('');
  const [means, setMeans] = useState('');
  const [kinship, setKinship] = useState<string>(enquiry.enquirer?.relationship ?? 'other');
  const { enquiryId, version } = enquiry;
  const act = useAct(
    (body: Readonly<Record<string, string>>, commandId) =>
      send(
        `/api/enquiries/${enquiryId}/check`,
        { ...body, commandId },
        { version, purpose: { kind: 'verification', enquiryId } },
      ),
    () => {
      say({ words: t('check.done') });
      onDone();
    },
  );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        act.run({ kind, outcome, means, ...(kind === 'kinship' ? { kinship } : {}) });
      }}
    >
      <p>{t(kind === 'identity' ? 'check.identityText' : 'check.kinshipText')}</p>
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <Choice
        label={t('check.means')}
        value={means}
        onChange={setMeans}
        options={useOptions('means', allMeans, 'choose')}
        isRequired
      />
      {kind === 'kinship' ? (
        <Choice
          label={t('check.kinshipIs')}
          value={kinship}
          onChange={setKinship}
          options={kinshipOptions}
        />
      ) : null}
      <Choices
        label={t('check.found')}
        value={outcome}
        onChange={setOutcome}
        options={useOptions('outcome', ['proven', 'not_proven'])}
        isRequired
      />
      <Button look="main" type="submit" isDisabled={act.isBusy || !means || !outcome}>
        {t('check.send')}
      </Button>
    </form>
  );
}
