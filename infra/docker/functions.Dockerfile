# The Functions app: `docker build -f infra/docker/functions.Dockerfile -t contrastive-functions .`
FROM node:20-bookworm-slim AS pictures
WORKDIR /local
COPY infra/local/package.json infra/local/package-lock.json ./
# The mark that contrastive leaves where it has installed them itself: the hash of what was installed.
RUN npm ci --omit=dev --ignore-scripts && sha256sum package-lock.json | cut -c1-64 | tr -d '\n' > node_modules/.installed

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish functions -c Release --output /app

FROM mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated10.0
RUN apt-get update && apt-get install --yes --no-install-recommends curl libgomp1 libfontconfig1 && rm -rf /var/lib/apt/lists/*
ENV AzureWebJobsScriptRoot=/home/site/wwwroot AzureFunctionsJobHost__Logging__Console__IsEnabled=true
COPY --from=build /app /home/site/wwwroot
# The demo's pictures, so that no package manager is needed at run time.
COPY --from=pictures /local/node_modules /home/site/wwwroot/infra/local/node_modules
COPY infra/local/package.json infra/local/package-lock.json /home/site/wwwroot/infra/local/
USER app
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["curl", "--fail", "--silent", "http://localhost:80/"]
