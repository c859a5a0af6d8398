# Dialect 1.2 on purpose: no syntax line (it would be pulled), no heredoc, no --link, so that Docker 20.10 with
# BuildKit, buildx and podman build the same file. `npm run image` picks the builder, the base and the CA.
#   NODE_IMAGE        any Debian with Node 24 and npm
#   RUNTIMES          comma-separated, default: every folder runtimes/<name>/install
#   BY_HAND           runtimes whose program is taken from runtimes/<name>/vendor/<name> instead of a release
#   ALLOW_UNPINNED    runtimes that may be taken without a known SHA-256
#   TOOLS             comma-separated, default: every folder tools/<name>; none
#   --secret id=ca    a CA bundle, for networks that re-sign TLS
ARG NODE_IMAGE=node:24-trixie-slim@sha256:173f125896c3b47ddf056734c7ea789d04595a6a08769a8f78e0df642781fb66

FROM ${NODE_IMAGE} AS base

# The three TypeScript bundles need the development tools; only two of them go into the image.
FROM base AS bundles
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm,sharing=locked --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -s /run/secrets/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem; fi; \
    npm ci --no-audit --no-fund --ignore-scripts
# koffi is a native module: not bundled, and without sources and the musl build (tried first when the node binary
# cannot be read, since koffi looks for the C library's name in it).
RUN mkdir -p /out/node_modules && cp -a node_modules/koffi node_modules/@koromix /out/node_modules/ \
 && cd /out/node_modules \
 && rm -rf koffi/doc koffi/lib koffi/vendor koffi/cnoke.cjs koffi/*.md koffi/*.d.ts \
 && find koffi/src -type f ! -name '*.cjs' ! -name '*.js' ! -name '*.json' -delete \
 && rm -rf @koromix/*/musl_* && chmod -R a+rX,go-w . && node -e "require('./koffi')"
COPY tsconfig.json ./
COPY scripts/build.mjs scripts/relay-alias.mjs scripts/
COPY supervisor supervisor
COPY runtimes runtimes
RUN node scripts/build.mjs supervisor relay && mkdir -p dist/adapters \
 && cp -r dist/supervisor.cjs dist/relay.cjs dist/adapters /out/ && chmod 0444 /out/*.cjs \
 && chmod -R a=rX /out/adapters

FROM base AS probe
RUN apt-get -qq -o Acquire::Check-Valid-Until=false update \
 && apt-get -qq install -y --no-install-recommends gcc libc6-dev >/dev/null && rm -rf /var/lib/apt/lists/*
COPY supervisor/probe/health.c supervisor/secret-door/door.c supervisor/enter/enter.c /src/
RUN for name in health door enter; do \
      gcc -std=c11 -Os -Wall -Wextra -Werror -fPIE -pie -Wl,-z,relro,-z,now -s -o /$name /src/$name.c || exit 1; \
    done

# Only the install folders of the chosen runtimes: an edit of TypeScript does not install a runtime again.
FROM base AS selected
ARG RUNTIMES=
COPY runtimes /runtimes
RUN mkdir /selected; cd /runtimes; [ -n "$RUNTIMES" ] || RUNTIMES=$(ls -d */install | cut -d/ -f1); \
    for name in $(echo "$RUNTIMES" | tr ',' ' '); do \
      if [ ! -e "$name/install/install.sh" ]; then echo "unknown runtime \"$name\"; known:" $(ls -d */install | cut -d/ -f1) >&2; exit 1; fi; \
      cp -r "$name/install" "/selected/$name"; \
      if [ -d "$name/vendor" ]; then cp -r "$name/vendor" "/selected/$name/vendor"; fi; \
    done

FROM base AS runtimes
# Options of runtimes, each the business of its own install.sh; a build argument is an environment variable there.
ARG OPENCLAW_PLUGINS=
ARG BY_HAND=
ARG ALLOW_UNPINNED=
ENV FETCH_RELEASE=/build/fetch-release.mjs
COPY scripts/fetch-release.mjs /build/
COPY --from=selected /selected /selected
RUN --mount=type=cache,target=/root/.npm,sharing=locked --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -s /run/secrets/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem; fi; \
    mkdir -p /opt/clawden/runtimes; \
    for name in $(ls /selected); do DEST=/opt/clawden/runtimes/$name sh /selected/$name/install.sh || exit 1; done
# For people inside: each runtime's own program by its name.
RUN mkdir /opt/clawden/commands \
 && for name in $(ls /opt/clawden/runtimes); do ln -s ../bin/enter "/opt/clawden/commands/$name"; done

# Of the chosen tools, what installs them apart from what is only copied: an edit of a setup.sh installs nothing again.
FROM base AS chosen
ARG TOOLS=
COPY tools /tools
COPY scripts/install-tools.sh /chosen/install/
RUN mkdir -p /chosen/folders; cd /tools; [ -n "$TOOLS" ] || TOOLS=$(ls -d */install.sh | cut -d/ -f1); \
    [ "$TOOLS" != none ] || TOOLS=; \
    for name in $(echo "$TOOLS" | tr ',' ' '); do \
      if [ ! -e "$name/install.sh" ]; then echo "unknown tool \"$name\"; known:" $(ls -d */install.sh | cut -d/ -f1) >&2; exit 1; fi; \
      mkdir "/chosen/install/$name"; cp -r "$name" /chosen/folders/; mv "/chosen/folders/$name/install.sh" "/chosen/install/$name/"; \
    done; chmod -R a+rX,go-w /chosen

# The system without Node and npm. The final image is assembled from this tree, since deleting or re-moding a file
# of a base image would keep the first copy as well.
FROM base AS system
RUN apt-get -qq -o Acquire::Check-Valid-Until=false update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
      ca-certificates libstdc++6 libnss-extrausers tzdata >/dev/null \
 && rm -rf /usr/local /opt /root /var/lib/apt/lists/* /var/cache/* /var/log/* /tmp/* /run/* /home/* \
 && mkdir -p /usr/local/bin /opt /root /var/cache/apt/archives/partial /var/log \
 && chmod 0700 /root && if getent passwd node >/dev/null; then userdel node; fi \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
RUN --mount=type=bind,from=chosen,source=/chosen/install,target=/mnt sh /mnt/install-tools.sh /mnt
# Any uid has a name: the supervisor writes these two files at boot (libnss-extrausers takes no uid below 500).
RUN groupadd --gid 10000 clawden \
 && useradd --uid 10000 --gid 10000 --no-log-init --no-create-home --home-dir /home/clawden/state --shell /bin/bash clawden \
 && sed -i -E 's/^(passwd|group):.*/\1: files extrausers/' /etc/nsswitch.conf \
 && mkdir -p /var/lib/extrausers /etc/clawden /opt/clawden/tools \
 && ln -sf /run/clawden/passwd /var/lib/extrausers/passwd && ln -sf /run/clawden/group /var/lib/extrausers/group \
 && install -d -m 1777 /run/clawden && install -d /home/clawden \
 && install -d -m 1777 -o 10000 -g 10000 /home/clawden/state /home/clawden/workspace \
 && rm -f /etc/*- /var/log/* /var/cache/ldconfig/aux-cache

FROM scratch
COPY --from=system / /
# 0711: the kernel makes every process of an executable that its user cannot read unreadable for others of that
# user, from the first instruction (/proc/PID/environ, mem, ptrace). Secrets of the container depend on it.
COPY --from=base --chmod=0711 /usr/local/bin/node /usr/local/bin/node
COPY --from=runtimes /opt/clawden/runtimes /opt/clawden/runtimes
COPY --from=runtimes /opt/clawden/commands /opt/clawden/commands
COPY --from=chosen /chosen/folders /opt/clawden/tools
COPY --from=probe --chmod=0711 /health /opt/clawden/bin/health
COPY --from=probe --chmod=0711 /enter /opt/clawden/bin/enter
# Readable, so that PID 1 sees in /proc which program asks for secrets; none of them comes into its memory.
COPY --from=probe --chmod=0755 /door /opt/clawden/bin/door
COPY --from=bundles /out/ /opt/clawden/
COPY --chmod=0444 supervisor/defaults.toml /etc/clawden/defaults.toml

ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/home/clawden/state \
    LANG=C.UTF-8
LABEL org.opencontainers.image.title="clawden-runtime" \
      org.opencontainers.image.description="One image that runs any claw agent runtime under a supervisor" \
      org.opencontainers.image.licenses="MIT"
VOLUME ["/home/clawden/workspace", "/home/clawden/state"]
USER 10000:10000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 CMD ["/opt/clawden/bin/health"]
# A flood of a runtime's output is garbage of PID 1: without the space it took 350 MB before V8 collected, with it 310.
# --heap-growing-percent=20 would take 175, and cost the proxy a tenth more CPU all the time.
ENTRYPOINT ["/usr/local/bin/node", "--disable-sigusr1", "--max-semi-space-size=4", "/opt/clawden/supervisor.cjs"]
