import type { FieldGuide } from 'integration-host/connector'

const picture = (name: string) => import.meta.resolve(`./pictures/${name}.svg`)

/** Where each field of the form is found in ConnectWise PSA, step by step. */
export const guide: Readonly<Record<string, FieldGuide>> = {
  username: {
    short: 'Your company ID, a plus sign and one of the two API keys. Which of the two does not matter.',
    question: 'Where do I find the company ID and the keys?',
    steps: [
      'The company ID is what you type as **Company** on the sign-in screen.',
      'Open **System**, then **Members**, then the tab **API Members**, and your member for this integration. If there is none, choose **New Item**.',
      'In the member, open the tab **API Keys**, choose **New Item**, type a description and **Save**.',
      'Copy both keys at once: the private key is shown this one time.'
    ],
    picture: picture('sign-in')
  },
  password: {
    short: 'The other key of the same pair.',
    question: 'Where are the two keys?',
    steps: [
      'Both keys of a pair stand in the tab **API Keys** of your API member.',
      'If the private key is lost, make a new pair and use that one; the old pair can be deleted.'
    ],
    picture: picture('api-keys')
  },
  domain: {
    short: 'The address at which you open ConnectWise PSA. You may paste the whole line from the browser.',
    question: 'Show me the address',
    steps: [
      'Open ConnectWise PSA in your browser.',
      'Copy the line at the top. Only its beginning is used, such as **na.myconnectwise.net**.'
    ],
    picture: picture('address')
  },
  apiVersion: {
    short: 'Leave it empty: it is found out, and followed when ConnectWise upgrades you.',
    question: 'I want to enter it myself',
    steps: ['In ConnectWise PSA choose the **question mark**, then **About**.', 'For v2020.3 enter **v2020_3**.'],
    picture: picture('about')
  },
  clientId: {
    short: 'Tells ConnectWise which program is calling. It is the same for all of your integrations.',
    question: 'Where do I get a client ID?',
    steps: [
      'Open **developer.connectwise.com** and sign in. An account there is free.',
      'Choose **ClientID**. If one is shown, choose **Copy**.',
      'If none is shown: **Create New Integration**, any name, type **Private**, product **Manage**, **Submit**, then **Copy**.'
    ],
    picture: picture('client-id')
  }
}
