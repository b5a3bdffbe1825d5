metadata description = 'The training job: one execution trains one segment on one GPU, then ends.'

import { identity as identityType } from 'identities.bicep'

param location string
param tags object
param environmentId string
param gpuProfile string
param image string
param registryServer string
param identity identityType

@description('Principal that starts and stops executions.')
param starterPrincipalId string

param storeUrl string
param insightsConnection string
param timeoutSeconds int
param retries int

var containerAppsJobsOperator = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'b9a307c4-5aa3-4b52-ba60-2b17c136cd7b'
)
var size = gpuProfile == 'Consumption-GPU-NC24-A100'
  ? { cpu: json('24'), memory: '220Gi' }
  : { cpu: json('8'), memory: '56Gi' }

resource job 'Microsoft.App/jobs@2025-07-01' = {
  name: 'train-segment'
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'gpu'
    configuration: {
      triggerType: 'Manual'
      manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 }
      replicaTimeout: timeoutSeconds
      replicaRetryLimit: retries
      registries: [
        { server: registryServer, identity: identity.id }
      ]
    }
    template: {
      containers: [
        {
          name: 'train'
          image: image
          args: ['train-segment']
          resources: size
          env: [
            { name: 'CONTRASTIVE_STORE', value: storeUrl }
            // Who signs in to the store and to Application Insights.
            { name: 'AZURE_CLIENT_ID', value: identity.clientId }
            { name: 'OTEL_SERVICE_NAME', value: 'contrastive-training' }
            { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insightsConnection }
          ]
        }
      ]
    }
  }
}

resource start 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(job.id, starterPrincipalId, containerAppsJobsOperator)
  scope: job
  properties: {
    principalId: starterPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: containerAppsJobsOperator
  }
}

output jobId string = job.id
