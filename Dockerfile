# The host alone: no tests, no doubles, no development packages. The image brings Node, so the package that carries
# one for machines without it is left out.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
# Only written with SQLite: mount a volume here then. With MongoDB nothing is written and the root may be read-only.
RUN install -d -m 0700 -o node -g node /data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json host.ts ./
COPY scripts ./scripts
COPY plugins ./plugins
COPY connectors ./connectors
USER node
EXPOSE 3000
# Live, not ready: a store that is away is no reason to start the process again.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "--import", "./scripts/preload.js", "host.ts"]
