#!/usr/bin/env bash
# Deploys an environment: the resource group's resources, the two images, then the apps that run them. May be run again.
# Usage: BUDGET_CONTACT=you@example.org infra/azure/deploy.sh dev|prod LOCATION   (needs the Azure CLI, signed in)
# Prints, as shell assignments, what the README's other lines need; everything else goes to standard error.
set -euo pipefail
cd "$(dirname "$0")/../.."
environment=${1:?dev or prod} location=${2:?an Azure region, for example swedencentral}
: "${BUDGET_CONTACT:?the mail address that budget alerts go to}"
export BUDGET_CONTACT
parameters=infra/azure/$environment.bicepparam
[ -f "$parameters" ] || { echo "There is no environment '$environment': $parameters is missing." >&2; exit 2; }
group=rg-contrastive-$environment
# What is not committed yet gets images of its own too.
tag=$(git describe --always --dirty)
case $tag in *-dirty) tag=$tag-$(date -u +%Y%m%d%H%M%S) ;; esac
revision=$(git describe --always --dirty --abbrev=40 --exclude='*')

deploy() { # QUERY [PARAMETER...]
  local query=$1; shift
  az deployment group create --resource-group "$group" --name "contrastive-$tag" \
    --parameters "$parameters" "$@" --query "$query" --output tsv
}

az group create --name "$group" --location "$location" --output none
# A budget keeps the month in which it was made: Azure refuses to change it, and refuses a past one for a new budget.
BUDGET_START=$(az rest --method get \
  --url "/subscriptions/{subscriptionId}/resourceGroups/$group/providers/Microsoft.Consumption/budgets?api-version=2024-08-01" \
  --query "value[?name=='contrastive-$environment'].properties.timePeriod.startDate" --output tsv)
BUDGET_START=${BUDGET_START:-$(date -u +%Y-%m-01)}
export BUDGET_START=${BUDGET_START:0:10}
# First everything but the apps, because the registry must be there before images can be pushed to it.
registry=$(deploy properties.outputs.registryName.value)
server=$(az acr show --name "$registry" --query loginServer --output tsv)
build() { # IMAGE DOCKERFILE
  # The CUDA image is several gigabytes: an hour, the default, may not be enough.
  az acr build --registry "$registry" --image "$1:$tag" --file "infra/docker/$2.Dockerfile" \
    --build-arg "SOURCE_REVISION=$revision" --timeout 7200 . --output none >&2
}
# The apps run what was built, not what somebody may push under the same tag later.
built() { # IMAGE
  local digest
  digest=$(az acr repository show --name "$registry" --image "$1:$tag" --query digest --output tsv)
  echo "$server/$1@${digest:?the registry names no digest of $1:$tag}"
}
build functions functions
build training cuda
functions=$(built functions) training=$(built training)
echo "Deploying $functions and $training, tagged $tag." >&2
images="{\"functions\": \"$functions\", \"training\": \"$training\"}"
apps=$(deploy 'properties.outputs.[apiUrl.value, storeUrl.value]' --parameters "images=$images")
read -r api store <<<"${apps//$'\n'/ }"
echo "API=$api"
echo "STORE=$store"
