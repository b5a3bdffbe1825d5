# The command line with native torch for the CPU: `docker build -f infra/docker/cpu.Dockerfile -t contrastive .`
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/ContrastivePipeline.Cli -c Release --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# libgomp: native torch. fontconfig: the letters of plots.
RUN apt-get update && apt-get install --yes --no-install-recommends libgomp1 libfontconfig1 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app .
# Native torch is corrected into the user's cache at the first start, and scratch files go to the working folder.
USER app
ENV HOME=/home/app CONTRASTIVE_LOCAL=/home/app/contrastive
HEALTHCHECK --interval=60s --timeout=10s --start-period=30s CMD ["/app/contrastive", "--version"]
ENTRYPOINT ["/app/contrastive"]
CMD ["--help"]
