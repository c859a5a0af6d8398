# Node and npm on the Debian tree that scripts/base.sh made: the stand-in for node:24-trixie-slim.
ARG DEBIAN_IMAGE
FROM ${DEBIAN_IMAGE} AS unpack
COPY . /in
# hadolint ignore=DL3003
RUN mkdir -p /out/bin /out/lib/node_modules/npm \
 && tar -xzf /in/npm.tgz -C /out/lib/node_modules/npm --strip-components=1 \
 && mv /in/node /out/bin/node && chmod 0755 /out/bin/node && chown -R 0:0 /out \
 && ln -s ../lib/node_modules/npm/bin/npm-cli.js /out/bin/npm \
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /out/bin/npx

FROM ${DEBIAN_IMAGE}
COPY --from=unpack /out/ /usr/local/
RUN node --version && npm --version
CMD ["node"]
