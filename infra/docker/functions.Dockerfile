# The Functions app, from the root of a checkout:
# `docker build -f infra/docker/functions.Dockerfile --build-arg SOURCE_REVISION=$(git rev-parse HEAD) -t contrastive-functions .`
FROM node:24.21.0-bookworm-slim AS images
WORKDIR /local
COPY infra/local/package.json infra/local/package-lock.json ./
# The mark that contrastive leaves where it has installed them itself: the hash of what was installed.
RUN npm ci --omit=dev --ignore-scripts && sha256sum package-lock.json | cut -c1-64 | tr -d '\n' > node_modules/.installed

FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
WORKDIR /source
COPY . .
# The commit: results name the code that made them, and git's folder is not in the context.
ARG SOURCE_REVISION=unknown
RUN dotnet publish functions -c Release -p:SourceRevisionId=$SOURCE_REVISION --output /app && rm /app/libtorch_python.so

FROM mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated10.0
# The host writes logs and keys below these, and the image gives them to root.
USER root
RUN mkdir --parents /azure-functions-host/Secrets && chown "$APP_UID" /home /azure-functions-host /azure-functions-host/Secrets
COPY --from=build /app /home/site/wwwroot
# The demo's images, so that no package manager is needed at run time; of the packages, those that are not Azurite.
COPY --from=images /local/node_modules/.installed /home/site/wwwroot/infra/local/node_modules/.installed
COPY --from=images /local/node_modules/@lobehub /home/site/wwwroot/infra/local/node_modules/@lobehub
COPY --from=images /local/node_modules/cldr-annotations-full /home/site/wwwroot/infra/local/node_modules/cldr-annotations-full
COPY --from=images /local/node_modules/emoji-datasource-google /home/site/wwwroot/infra/local/node_modules/emoji-datasource-google
COPY --from=images /local/node_modules/emoji-datasource-twitter /home/site/wwwroot/infra/local/node_modules/emoji-datasource-twitter
COPY infra/local/package.json infra/local/package-lock.json /home/site/wwwroot/infra/local/
# Not everywhere may who is not root listen on the image's port 80. Without WEBSITE_HOSTNAME the durable extension refuses its client to every
# function that asks for one, and each request answers 500; Bicep sets the app's public name.
ENV WEBSITE_HOSTNAME=localhost:8080
ENV AzureWebJobsScriptRoot=/home/site/wwwroot AzureFunctionsJobHost__Logging__Console__IsEnabled=true ASPNETCORE_URLS=http://+:8080
EXPOSE 8080
USER $APP_UID
# The host's own answer, asked with what the image has: neither curl nor wget. Container Apps probes the port by itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && read -r answer <&3 && [[ $answer == *' 200 '* ]]"]
