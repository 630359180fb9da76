# The application without its embedded PostgreSQL: give it a server with DATABASE_URL. compose.yaml shows how.
# Not built in this project's CI, which has no container engine; `test/containers` checks what can be checked without one.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages are the embedded servers and a Node of their own; install scripts belong to them and to test tools.
RUN npm ci --omit=optional --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY migrations ./migrations
RUN node src/platform/start/build.js
RUN npm prune --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps HOST=0.0.0.0
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
EXPOSE 3000
# Ready is: the databases of its modules answer, and it is not stopping.
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --start-interval=1s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself gets the signals: SIGTERM lets it finish what runs.
CMD ["node", "dist/src/main.js"]
