FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:24-slim
LABEL org.opencontainers.image.title="OAuth Client Registry" \
      org.opencontainers.image.description="Multi-tenant registry of OAuth 2.0 clients in front of Ory Hydra" \
      org.opencontainers.image.version="0.2.0"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages are the embedded PostgreSQL; a container is given DATABASE_URL.
RUN npm ci --omit=dev --omit=optional && npm cache clean --force && install -d -o node -g node /data
COPY --from=build /app/dist dist
# The user node by its number: runAsNonRoot of Kubernetes cannot know what a name stands for.
USER 1000:1000
EXPOSE 3000
VOLUME /data
# Bash speaks HTTP to the port by itself; a Node for each check would cost more than the service does at rest.
HEALTHCHECK --interval=5s --timeout=3s --start-period=15s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r -t 2 _ status _ <&3 && [ \"$status\" = 200 ]"]
# As `npm start`: a small new space, and no object in the old one before it has lived. Otherwise what a list or a body leaves
# behind waits for long collections, which everybody else's request then waits for too. One thread in the background collects
# and compiles: the four that Node starts take the processors away from the one that answers, and from the database.
CMD ["node", "--max-old-space-size=256", "--max-semi-space-size=4", "--no-allocation-site-pretenuring", "--v8-pool-size=1", "dist/src/main.js"]
