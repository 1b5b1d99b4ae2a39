# An image with the program of a release and nothing else: no shell, no package manager, not root. The context is the
# directory that an archive for Linux was unpacked into; this file is in it. docs/start/install.md has the commands.
#
# Pin the base by digest: --build-arg BASE=gcr.io/distroless/static-debian12:nonroot@sha256:…
ARG BASE=gcr.io/distroless/static-debian12:nonroot
FROM ${BASE}
COPY LICENSE /usr/share/doc/policypack/LICENSE
COPY policypack /usr/bin/policypack
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/bin/policypack"]
