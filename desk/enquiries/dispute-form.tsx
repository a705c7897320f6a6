import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import type { KinRow, KinView } from '../api/work-shapes.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, Choices, TextBox, useOptions } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';

const reasons = [
  'estranged_spouses',
  'contested_kinship',
  'contested_custody',
  'relative_at_risk',
  'third_party_pressure',
] as const;

/** Records that relatives are in dispute. Only the desk ever sees it. */
export function DisputeForm({
  kin,
  onDone,
}: {
  readonly kin: KinView;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const say = useSaying();
  const [reason, setReason] = useState('');
  const [other, setOther] = useState('');
  const [note, setNote] = useState('');
  const { enquiryId, version } = kin;
  const others = kin.relatives.filter((each) => each.enquiryId !== enquiryId);
  const act = useAct(
    (body: Readonly<Record<string, string | null>>, commandId) =>
      send(
        `/api/enquiries/${enquiryId}/disputes`,
        { ...body, commandId },
        { version, purpose: { kind: 'notice', enquiryId } },
      ),
    () => {
      say({ words: t('dispute.opened') });
      onDone();
    },
  );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        act.run({ reason, withEnquiryId: other || null, note: note.trim() });
      }}
    >
      <p>{t('dispute.openText')}</p>
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <Choices
        label={t('dispute.reason')}
        value={reason}
        onChange={setReason}
        options={useOptions('disputeReason', reasons)}
      />
      {others.length > 0 ? <OtherChoice others={others} value={other} onChange={setOther} /> : null}
      <TextBox
        label={t('dispute.note')}
        hint={t('dispute.noteHint')}
        value={note}
        onChange={setNote}
        lines={4}
        maxLength={4000}
      />
      <Button look="main" type="submit" isDisabled={act.isBusy || reason === ''}>
        {t('dispute.send')}
      </Button>
    </form>
  );
}

function OtherChoice({
  others,
  value,
  onChange,
}: {
  readonly others: readonly KinRow[];
  readonly value: string;
  readonly onChange: (enquiryId: string) => void;
}) {
  const { t, word, moment } = useTexts();
  const options = others.map(({ enquiryId, kinship, filedAt }) => ({
    value: enquiryId,
    label: `${kinship ? word('kinship', kinship) : t('enquiry.someone')} · ${moment(filedAt)}`,
  }));
  return (
    <Choice
      label={t('dispute.with')}
      value={value}
      onChange={onChange}
      options={[{ value: '', label: t('dispute.withNobody') }, ...options]}
    />
  );
}
