# The command line with native torch for CUDA, as the training job runs it, from the root of a checkout:
# `docker build -f infra/docker/cuda.Dockerfile --build-arg SOURCE_REVISION=$(git rev-parse HEAD) -t contrastive-cuda .`
# On a machine of one's own: `docker run --rm --gpus all -e CONTRASTIVE_STORE -v "$PWD:/data:ro" contrastive-cuda run /data/clipart.yaml`.
FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
WORKDIR /source
COPY . .
# The commit: results name the code that made them, and git's folder is not in the context.
ARG SOURCE_REVISION=unknown
RUN dotnet publish src/ContrastivePipeline.Cli -c Release -p:SourceRevisionId=$SOURCE_REVISION -p:TorchBackend=cuda --output /app && rm /app/libtorch_python.so

# CUDA's libraries come with torch's packages, the driver with the machine: NVIDIA's container runtime puts it in, and the loader's
# cache that it then rewrites needs a whole Ubuntu 24.04.
FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble
WORKDIR /app
COPY --from=build /app .
ENV HOME=/home/app CONTRASTIVE_LOCAL=/home/app/contrastive \
    NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER $APP_UID
# See cpu.Dockerfile. Container Apps asks no health check of a job; heartbeats in the store tell its launcher.
HEALTHCHECK --interval=5m --timeout=60s --start-period=60s CMD ["/app/contrastive", "doctor"]
ENTRYPOINT ["/app/contrastive"]
CMD ["train-segment"]
