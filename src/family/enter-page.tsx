import { Page, type PageFrame } from './layout.tsx';
import { type FormSeal, Hidden, TextField } from './parts.tsx';
import { passkeyScriptPath, pathsOf } from './paths.ts';

/** Sign-in. The page never says which part was wrong: code and passphrase fail together (S-02). */
export function EnterPage(props: {
  frame: PageFrame;
  seal: FormSeal;
  wrong?: boolean;
  ended?: boolean;
  old?: boolean;
  withPasskey: boolean;
  /** The code as it was typed, so that a wrong passphrase does not lose it. */
  code?: string;
  /** What was typed before the session ended: shown again, so that nothing is lost. */
  typed?: string | undefined;
}) {
  const { frame } = props;
  const { speech } = frame;
  const { t } = speech;
  const paths = pathsOf(speech.locale);
  return (
    <Page
      frame={frame}
      title={t('enter.title')}
      script={props.withPasskey ? passkeyScriptPath : null}
    >
      <h1>{t('enter.title')}</h1>
      {props.wrong ? (
        <div class="note bad" role="alert">
          <p>{t('enter.wrong')}</p>
        </div>
      ) : null}
      {props.ended ? (
        <div class="note" role="status">
          <p>{t('enter.ended')}</p>
        </div>
      ) : null}
      {props.old ? (
        <div class="note" role="alert">
          <p>{t('error.form.old')}</p>
        </div>
      ) : null}
      <form method="post" action={paths.enter} novalidate>
        <Hidden seal={props.seal} />
        <TextField
          speech={speech}
          name="code"
          label={t('enter.code')}
          hint={t('enter.code.hint')}
          value={props.code}
          autocomplete="off"
        />
        <TextField
          speech={speech}
          name="passphrase"
          type="password"
          label={t('passphrase')}
          autocomplete="current-password"
        />
        <button type="submit">{t('enter.go')}</button>
      </form>
      {props.withPasskey ? (
        <div
          id="passkey-enter"
          hidden
          data-options={paths.enterPasskeyOptions}
          data-answer={paths.enterPasskey}
          data-then={paths.own}
          data-token={props.seal.token}
          data-command={props.seal.commandId}
        >
          <p>{t('enter.passkey.or')}</p>
          <button type="button" class="quiet">
            {t('enter.passkey')}
          </button>
          <p role="alert" hidden>
            {t('more.passkey.failed')}
          </p>
        </div>
      ) : null}
      <p class="hint">{t('enter.lost')}</p>
      {props.typed ? (
        <div class="field">
          <label for="typed">{t('problem.yours')}</label>
          <textarea id="typed" rows={8} readonly dir="auto">
            {`\n${props.typed}`}
          </textarea>
        </div>
      ) : null}
    </Page>
  );
}
