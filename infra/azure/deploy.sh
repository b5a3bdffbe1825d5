#!/usr/bin/env bash
# Deploys an environment: the resource group's resources, the two images, then the apps that run them.
# Usage: infra/azure/deploy.sh dev|prod LOCATION   (needs the Azure CLI, signed in; BUDGET_CONTACT=mail address)
set -euo pipefail
cd "$(dirname "$0")/../.."
environment=${1:?dev or prod} location=${2:?an Azure region, for example swedencentral}
: "${BUDGET_CONTACT:?the mail address that budget alerts go to}"
group=rg-contrastive-$environment
tag=$(git rev-parse --short HEAD)

deploy() {
  local output=$1; shift
  az deployment group create --resource-group "$group" --name "contrastive-$tag" \
    --parameters "infra/azure/$environment.bicepparam" "$@" --query "properties.outputs.$output.value" --output tsv
}

az group create --name "$group" --location "$location" --output none
# First everything but the apps, because the registry must be there before images can be pushed to it.
registry=$(deploy registryName)
for image in functions training; do
  file=infra/docker/$([ $image = training ] && echo cuda || echo functions).Dockerfile
  az acr build --registry "$registry" --image "$image:$tag" --file "$file" . --output none
done
server=$(az acr show --name "$registry" --query loginServer --output tsv)
deploy apiUrl --parameters images="{\"functions\": \"$server/functions:$tag\", \"training\": \"$server/training:$tag\"}"
