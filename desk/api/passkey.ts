import { startAuthentication, startRegistration } from '@simplewebauthn/browser';
import { Refusal, send } from './client.ts';
import type { Ceremony } from './shapes.ts';

type SignInOptions = Parameters<typeof startAuthentication>[0]['optionsJSON'];
type EnrolOptions = Parameters<typeof startRegistration>[0]['optionsJSON'];

/** Signs in, or makes the session fresh, with a passkey that the device selects. */
export async function givePasskey(path: '/api/sign-in' | '/api/step-up'): Promise<void> {
  const { challengeId, options } = await send<Ceremony>(`${path}/options`, {});
  const response = await atDevice(
    () => startAuthentication({ optionsJSON: options as SignInOptions }), // Made by the same library.
  );
  await send(path, { challengeId, response });
}

/** Creates a passkey on this device for the holder of the enrolment code. */
export async function enrolPasskey(code: string): Promise<void> {
  const { challengeId, options } = await send<Ceremony>('/api/enrol/options', { code });
  const response = await atDevice(
    () => startRegistration({ optionsJSON: options as EnrolOptions }), // Made by the same library.
  );
  await send('/api/enrol', { code, challengeId, response });
}

async function atDevice<Answer>(ceremony: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ceremony();
  } catch (error) {
    // The person closed the device's dialog, or there is no passkey here: reported in our own
    // words.
    if (error instanceof Error) throw new Refusal('passkey.not_given', 0);
    throw error;
  }
}
