import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { TextBox } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';

/** A message to this family; they read it when they sign in. */
export function ThreadForm({ enquiryId }: { readonly enquiryId: string }) {
  const { t } = useTexts();
  const say = useSaying();
  const [text, setText] = useState('');
  const act = useAct(
    (words: string, commandId) =>
      send(
        `/api/enquiries/${enquiryId}/thread`,
        { text: words, commandId },
        { purpose: { kind: 'verification', enquiryId } },
      ),
    () => {
      setText('');
      say({ words: t('thread.done') });
    },
  );
  return (
    <form
      className="stack screen"
      onSubmit={(event) => {
        event.preventDefault();
        act.run(text.trim());
      }}
    >
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <TextBox
        label={t('thread.write')}
        hint={t('thread.hint')}
        value={text}
        onChange={setText}
        lines={3}
      />
      <Button type="submit" isDisabled={act.isBusy || text.trim() === ''}>
        {t('thread.send')}
      </Button>
    </form>
  );
}
