metadata description = 'The Functions app on Container Apps: one replica always, because the task hub in Azure Storage is polled from within.'

import { identity as identityType } from 'identities.bicep'

param location string
param tags object
param environmentName string
param environmentId string
param image string
param registryServer string
param identity identityType
param storageAccountName string
param storeUrl string
param insightsConnection string
param trainingJobId string
param trainingParallelism int
param inboxContainer string
param signalsContainer string
param schedule string
param scheduledExperiments string
param allowedRanges string[]

var name = 'ca-contrastive-${environmentName}'

resource environment 'Microsoft.App/managedEnvironments@2025-07-01' existing = {
  name: last(split(environmentId, '/'))
}

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        targetPort: 8080
        allowInsecure: false
        // Without any, everybody may ask.
        ipSecurityRestrictions: [
          for (range, i) in allowedRanges: { name: 'range-${i}', action: 'Allow', ipAddressRange: range }
        ]
      }
      registries: [
        { server: registryServer, identity: identity.id }
      ]
    }
    template: {
      scale: { minReplicas: 1, maxReplicas: 4 }
      containers: [
        {
          name: 'functions'
          image: image
          resources: { cpu: json('4'), memory: '8Gi' }
          env: [
            { name: 'AzureWebJobsStorage__accountName', value: storageAccountName }
            { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
            { name: 'AzureWebJobsStorage__clientId', value: identity.clientId }
            { name: 'AzureWebJobsSecretStorageType', value: 'containerapp' }
            // Without it the durable extension refuses its client to every function that asks for one.
            { name: 'WEBSITE_HOSTNAME', value: '${name}.${environment.properties.defaultDomain}' }
            { name: 'AZURE_CLIENT_ID', value: identity.clientId }
            { name: 'OTEL_SERVICE_NAME', value: 'contrastive-functions' }
            { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insightsConnection }
            // The host's way to sign in; the worker's is AZURE_CLIENT_ID.
            {
              name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'
              value: 'ClientId=${identity.clientId};Authorization=AAD'
            }
            { name: 'CONTRASTIVE_STORE', value: storeUrl }
            { name: 'CONTRASTIVE_TASK_HUB', value: 'contrastive${environmentName}' }
            { name: 'CONTRASTIVE_TRAINING_JOB', value: trainingJobId }
            { name: 'CONTRASTIVE_TRAINING_PARALLELISM', value: string(trainingParallelism) }
            { name: 'CONTRASTIVE_INBOX', value: inboxContainer }
            { name: 'CONTRASTIVE_SIGNALS', value: signalsContainer }
            { name: 'CONTRASTIVE_SCHEDULE', value: schedule }
            { name: 'CONTRASTIVE_SCHEDULED_EXPERIMENTS', value: scheduledExperiments }
          ]
        }
      ]
    }
  }
}

output url string = 'https://${app.properties.configuration.ingress!.fqdn}/api'
