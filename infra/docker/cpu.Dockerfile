# The command line with native torch for the CPU, from the root of a checkout:
# `docker build -f infra/docker/cpu.Dockerfile --build-arg SOURCE_REVISION=$(git rev-parse HEAD) -t contrastive .`
# Without Node.js it has no store of its own: `docker run --rm -e CONTRASTIVE_STORE -v "$PWD:/data:ro" contrastive run /data/clipart.yaml`.
FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
WORKDIR /source
COPY . .
# The commit: results name the code that made them, and git's folder is not in the context.
ARG SOURCE_REVISION=unknown
# Python's part of torch is 33 MB that nothing here loads.
RUN dotnet publish src/ContrastivePipeline.Cli -c Release -p:SourceRevisionId=$SOURCE_REVISION --output /app && rm /app/libtorch_python.so

# Ubuntu 24.04 without a shell or packages: torch brings its OpenMP, Skia needs no fonts, and the program no ICU.
FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled
WORKDIR /app
COPY --from=build /app .
ENV HOME=/home/app CONTRASTIVE_LOCAL=/home/app/contrastive
# The base image's `app`, by number, so that a cluster can tell that it is not root.
USER $APP_UID
# Right for whatever the container does, a run or a server: torch loads, the store answers, the disk has space.
HEALTHCHECK --interval=5m --timeout=30s --start-period=30s CMD ["/app/contrastive", "doctor"]
ENTRYPOINT ["/app/contrastive"]
CMD ["--help"]
