/**
 * Major version of the contract. It grows with a change that a connector written before would not survive: a name that
 * goes, a field that is asked for, a meaning that is another. What is added leaves it alone.
 */
export const contractVersion = 1
