import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import { type Consents, consentKinds, type EnquiryView } from '../api/work-shapes.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choices, Tick, useOptions } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';

const ways = ['telephone', 'letter', 'visit'] as const;
const none: Consents = { centralAgency: false, otherBureau: false, contact: false };

/** The family changes its consents, each separately; earlier answers are kept. */
export function ConsentForm({
  enquiry,
  onDone,
}: {
  readonly enquiry: EnquiryView;
  readonly onDone: () => void;
}) {
  const { t, word } = useTexts();
  const say = useSaying();
  const before = enquiry.consents ?? none;
  const [consents, setConsents] = useState<Consents>(before);
  const [how, setHow] = useState<string>(ways[0]);
  const { enquiryId } = enquiry;
  const act = useAct(
    (body: { readonly consents: Consents; readonly how: string }, commandId) =>
      send(
        `/api/enquiries/${enquiryId}/consents`,
        { ...body, commandId },
        { purpose: { kind: 'verification', enquiryId } },
      ),
    () => {
      say({ words: t('consent.done') });
      onDone();
    },
  );
  const isChanged = consentKinds.some((kind) => consents[kind] !== before[kind]);
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        act.run({ consents, how });
      }}
    >
      <p>{t('consent.text')}</p>
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <fieldset className="field">
        <legend>{t('enquirer.consents')}</legend>
        {consentKinds.map((kind) => (
          <Tick
            key={kind}
            isSelected={consents[kind]}
            onChange={(isGiven) => setConsents({ ...consents, [kind]: isGiven })}
          >
            {word('consentFull', kind)}
          </Tick>
        ))}
      </fieldset>
      <Choices
        label={t('consent.how')}
        value={how}
        onChange={setHow}
        options={useOptions('contact', ways)}
      />
      <Button look="main" type="submit" isDisabled={act.isBusy || !isChanged}>
        {t('consent.send')}
      </Button>
    </form>
  );
}
