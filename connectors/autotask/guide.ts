import type { FieldGuide } from 'integration-host/connector'

const picture = (name: string) => import.meta.resolve(`./pictures/${name}.svg`)

const toTheUser = [
  'Open **Admin**, then **Account Settings & Users**, then **Resources/Users**.',
  'Open your API user for this integration. If there is none, choose **New API User** in the menu beside **New**.'
]

/** Where each field of the form is found in Autotask, step by step. */
export const guide: Readonly<Record<string, FieldGuide>> = {
  userName: {
    short:
      'The generated user name of an API user. It looks like an e-mail address, and is not the one that you sign in with.',
    question: 'Where do I find the user name?',
    steps: [...toTheUser, 'Under **Credentials** choose **Generate Key**, and copy **Username (Key)**.'],
    picture: picture('user-name')
  },
  secret: {
    short: 'The password of the same API user. It is shown once.',
    question: 'Where do I find the secret?',
    steps: [
      ...toTheUser,
      'Under **Credentials** choose **Generate Secret**, and copy **Password (Secret)** before you save.',
      'If it is lost, generate another one. Every integration that uses this API user then needs the new one.'
    ],
    picture: picture('secret')
  },
  integrationCode: {
    short: 'Tells Autotask which integration is calling. It belongs to the same API user.',
    question: 'Where do I find the integration code?',
    steps: [
      ...toTheUser,
      'Under **API Tracking Identifier** choose **Integration Vendor** and the vendor that you were told, or **Custom (Internal Integration)** with any name.',
      'Copy the **Tracking Identifier** that is shown then, and choose **Save & Close**.'
    ],
    picture: picture('integration-code')
  },
  zoneUrl: {
    short:
      'Leave it empty: the zone of your database is found out by the user name, and followed when Autotask moves it.',
    question: 'What is this for?',
    steps: ['Only for a server that stands in for Autotask in a test.']
  }
}
