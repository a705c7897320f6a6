import { startAuthentication, startRegistration } from '@simplewebauthn/browser';

/**
 * The only script of the site. It shows the passkey buttons on devices that support passkeys, and
 * runs their ceremonies. Every page works without it.
 */
interface Box {
  hidden: boolean;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  querySelector(selector: string): Box | null;
  addEventListener(event: 'click', listener: () => void): void;
}
declare const document: { getElementById(id: string): Box | null };
declare const location: { assign(path: string): void };

type Options = Parameters<typeof startRegistration>[0]['optionsJSON'] &
  Parameters<typeof startAuthentication>[0]['optionsJSON'];

async function send(path: string, content: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(content),
    redirect: 'error',
  });
  if (!answer.ok) throw new Error('refused');
  return (await answer.json()) as Record<string, unknown>; // The response of our own server.
}

async function ceremony(box: Box, run: (options: Options) => Promise<unknown>) {
  const { options = '', answer = '', token = '', command = '' } = box.dataset;
  const proof = { commandId: command, token };
  const asked = await send(options, proof);
  const response = await run(asked['options'] as Options); // Created by the server's library.
  return send(answer, { ...proof, challengeId: asked['challengeId'], response });
}

function wire(id: string, run: (options: Options) => Promise<unknown>, done: (box: Box) => void) {
  const box = document.getElementById(id);
  const button = box?.querySelector('button');
  if (!box || !button || !('PublicKeyCredential' in globalThis)) return;
  box.hidden = false;
  button.addEventListener('click', () => {
    ceremony(box, run).then(
      () => done(box),
      () => show(box, '[role=alert]'),
    );
  });
}

function show(box: Box, selector: string) {
  const line = box.querySelector(selector);
  if (line) line.hidden = false;
}

wire(
  'passkey-enter',
  (options) => startAuthentication({ optionsJSON: options }),
  (box) => location.assign(box.dataset['then'] ?? '/'),
);
wire(
  'passkey-add',
  (options) => startRegistration({ optionsJSON: options }),
  (box) => show(box, '[role=status]'),
);
