/** Preloaded into a host: at SIGUSR2 it has a failure that nobody catches. */
process.on('SIGUSR2', () => void Promise.reject(new Error('nobody catches this')))
