import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import type { Notice } from '../api/work-shapes.ts';
import { localNow, toInstant } from '../forms/moments.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { useSession } from '../session.ts';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choices, TextBox, useOptions } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';

/** "Told by telephone on … by …": recorded after the conversation, never instead of it. */
export function TellForm({
  notice,
  onDone,
}: {
  readonly notice: Notice;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const say = useSaying();
  const { person } = useSession();
  const [how, setHow] = useState('telephone');
  // These fields have only minutes: an unchanged time is sent to the second, so that a conversation
  // right after the approval does not seem to precede it.
  const [opened] = useState(() => ({ shown: localNow(), instant: new Date().toISOString() }));
  const [at, setAt] = useState(opened.shown);
  const act = useAct(
    (body: Readonly<Record<string, string>>, commandId) =>
      send(
        `/api/notices/${notice.noticeId}/tell`,
        { ...body, commandId },
        { version: notice.version, purpose: { kind: 'notice', enquiryId: notice.enquiryId } },
      ),
    () => {
      say({ words: t('notice.toldDone') });
      onDone();
    },
  );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        act.run({ how, at: at === opened.shown ? opened.instant : toInstant(at) });
      }}
    >
      <p>{t('notice.tellText', { name: person.name })}</p>
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <Choices
        label={t('notice.how')}
        value={how}
        onChange={setHow}
        options={useOptions('how', ['telephone', 'in_person'])}
      />
      <TextBox
        label={t('notice.toldAt')}
        type="datetime-local"
        value={at}
        onChange={setAt}
        isRequired
      />
      <Button look="main" type="submit" isDisabled={act.isBusy || at === ''}>
        {t('notice.tellSend')}
      </Button>
    </form>
  );
}
