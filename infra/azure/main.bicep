metadata description = 'Everything that ContrastivePipeline needs in one resource group: store, Functions app, GPU training job, logs, budget.'

@description('Where everything goes. It must offer the GPU profile that is asked for.')
param location string = resourceGroup().location

@description('Which deployment this is. It names the task hub, so that two environments never share one.')
@allowed(['dev', 'prod'])
param environmentName string

@description('Images in the registry, as deploy.sh builds them. Empty on the first pass, which makes the registry that they are pushed to.')
param images { functions: string, training: string }?

@description('Workload profile of training. Serverless GPUs are billed by the second and scale to zero.')
@allowed(['Consumption-GPU-NC8as-T4', 'Consumption-GPU-NC24-A100'])
param gpuProfile string

@description('Seconds after which a training execution is stopped. The default of Container Apps, half an hour, would stop a segment in its middle.')
@minValue(3600)
@maxValue(86400)
param trainingTimeoutSeconds int = 21600

@description('How often Container Apps starts a replica again that died, for example by the eviction of its node. It resumes from its last checkpoint.')
@minValue(0)
@maxValue(10)
param trainingRetries int = 5

@description('Trials of a run that train at once, each on a GPU of its own. More than the GPU quota only wait.')
@minValue(1)
param trainingParallelism int = 4

@description('Redundancy of the store.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS'])
param storageRedundancy string

@description('Days until training states between segments are deleted. Trained models stay; what a resumed training needs is made again.')
@minValue(7)
param checkpointDays int

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logDays int

@description('When scheduled experiments start: NCRONTAB, six fields, UTC.')
param schedule string

@description('Names of the experiments that the schedule starts, separated by commas. Empty for none.')
param scheduledExperiments string = ''

@description('Budget of the resource group, in the currency of its subscription, a month.')
@minValue(1)
param monthlyBudget int

@description('Who is reported by mail at 50, 80 and 100 percent of the budget.')
@minLength(1)
param budgetContacts string[]

@description('First day of the month from which the budget counts, yyyy-MM-dd. Azure refuses to change it later: deploy.sh asks for it.')
param budgetStart string

@description('Address ranges (CIDR) that reach the API and a private store. Empty: everybody with a key reaches the API, nobody a private store.')
param allowedRanges string[] = []

@description('Whether apps and store share a virtual network. Decide at the first deployment: an environment cannot move into a network later.')
param privateNetwork bool = false

var tags = { application: 'contrastive-pipeline', environment: environmentName }
var suffix = uniqueString(resourceGroup().id, environmentName)

module identities 'modules/identities.bicep' = {
  params: { location: location, tags: tags, environmentName: environmentName }
}

module observability 'modules/observability.bicep' = {
  params: {
    location: location
    tags: tags
    environmentName: environmentName
    logDays: logDays
    publishers: [identities.outputs.functions.principalId, identities.outputs.training.principalId]
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  params: { location: location, tags: tags, environmentName: environmentName }
}

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    tags: tags
    name: 'stcp${environmentName}${suffix}'
    redundancy: storageRedundancy
    checkpointDays: checkpointDays
    functionsPrincipalId: identities.outputs.functions.principalId
    trainingPrincipalId: identities.outputs.training.principalId
    workspaceId: observability.outputs.workspaceId
    subnetId: privateNetwork ? network!.outputs.subnetId : ''
    allowedRanges: allowedRanges
  }
}

module registry 'modules/registry.bicep' = {
  params: {
    location: location
    tags: tags
    name: 'crcp${environmentName}${suffix}'
    pullers: [identities.outputs.functions.principalId, identities.outputs.training.principalId]
  }
}

module environment 'modules/environment.bicep' = {
  params: {
    location: location
    tags: tags
    environmentName: environmentName
    gpuProfile: gpuProfile
    workspaceId: observability.outputs.workspaceId
    subnetId: privateNetwork ? network!.outputs.subnetId : ''
  }
}

module training 'modules/training.bicep' = if (images != null) {
  params: {
    location: location
    tags: tags
    environmentId: environment.outputs.id
    gpuProfile: gpuProfile
    image: images!.training
    registryServer: registry.outputs.loginServer
    identity: identities.outputs.training
    starterPrincipalId: identities.outputs.functions.principalId
    storeUrl: storage.outputs.storeUrl
    insightsConnection: observability.outputs.insightsConnection
    timeoutSeconds: trainingTimeoutSeconds
    retries: trainingRetries
  }
}

module functions 'modules/functions.bicep' = if (images != null) {
  params: {
    location: location
    tags: tags
    environmentName: environmentName
    environmentId: environment.outputs.id
    image: images!.functions
    registryServer: registry.outputs.loginServer
    identity: identities.outputs.functions
    storageAccountName: storage.outputs.accountName
    storeUrl: storage.outputs.storeUrl
    insightsConnection: observability.outputs.insightsConnection
    trainingJobId: training!.outputs.jobId
    trainingParallelism: trainingParallelism
    inboxContainer: storage.outputs.inboxContainer
    signalsContainer: storage.outputs.signalsContainer
    schedule: schedule
    scheduledExperiments: scheduledExperiments
    allowedRanges: allowedRanges
  }
}

module budget 'modules/budget.bicep' = {
  params: { environmentName: environmentName, amount: monthlyBudget, contacts: budgetContacts, start: budgetStart }
}

@description('Where images are pushed to.')
output registryName string = registry.outputs.name

@description('What the program takes as --store.')
output storeUrl string = storage.outputs.storeUrl

@description('Address of the API; empty on the first pass.')
output apiUrl string = images != null ? functions!.outputs.url : ''
