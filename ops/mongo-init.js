// For mongosh, on the first member. May be run again: a set that is there is left as it is.
const members = ['mongo1', 'mongo2', 'mongo3'].map((name, _id) => ({ _id, host: `${name}:27017` }))

try {
  rs.status()
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error
  rs.initiate({ _id: 'rs0', members })
}

// The hosts are started when this ends, so there has to be a primary that a majority follows.
for (let tries = 0; ; tries++) {
  const { members: seen } = rs.status()
  const primary = seen.some(({ stateStr }) => stateStr === 'PRIMARY')
  const followers = seen.filter(({ stateStr }) => stateStr === 'SECONDARY').length
  if (primary && followers >= 1) break
  if (tries === 60) throw new Error('The replica set has no primary after a minute')
  sleep(1000)
}
