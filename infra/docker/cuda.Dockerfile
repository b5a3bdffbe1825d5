# The command line with native torch for CUDA, as the training job runs it: `docker build -f infra/docker/cuda.Dockerfile -t contrastive-cuda .`
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/ContrastivePipeline.Cli -c Release -p:TorchBackend=cuda --output /app

# TorchSharp-cuda-linux brings CUDA's libraries; the driver comes with the machine.
FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update && apt-get install --yes --no-install-recommends libgomp1 libfontconfig1 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app .
USER app
ENV HOME=/home/app CONTRASTIVE_LOCAL=/home/app/contrastive \
    NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s CMD ["/app/contrastive", "--version"]
ENTRYPOINT ["/app/contrastive"]
CMD ["train-segment"]
