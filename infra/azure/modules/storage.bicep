metadata description = 'The artifact store, the captions inbox and the task hub, without shared keys.'

param location string
param tags object

@minLength(3)
@maxLength(24)
param name string

param redundancy string
param checkpointDays int
param functionsPrincipalId string
param trainingPrincipalId string
param workspaceId string

@description('The one subnet that the account answers; empty for every network. Apps without a subnet have no address that it could know them by.')
param subnetId string

@description('Address ranges that it answers besides.')
param allowedRanges string[]

var blobDataOwner = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
)
var blobDataContributor = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
)
var queueDataContributor = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
)
var tableDataContributor = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
)

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    accessTier: 'Hot'
    networkAcls: empty(subnetId)
      ? { defaultAction: 'Allow', bypass: 'AzureServices' }
      : {
          defaultAction: 'Deny'
          bypass: 'AzureServices'
          virtualNetworkRules: [{ id: subnetId, action: 'Allow' }]
          // The account takes a single address only without its length.
          ipRules: map(allowedRanges, range => { value: replace(range, '/32', ''), action: 'Allow' })
        }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: 7 }
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource store 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: 'contrastive'
}

resource inbox 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: 'contrastive-inbox'
}

// Where training machines leave word that they have ended.
resource signals 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: 'contrastive-signals'
}

// Only what lies in expiring/ may go: training states between the segments of a training. Trained models, curves and manifests stay.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'old-training-states'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['${store.name}/expiring/'] }
            actions: {
              baseBlob: {
                tierToCool: { daysAfterModificationGreaterThan: 14 }
                delete: { daysAfterModificationGreaterThan: checkpointDays }
              }
            }
          }
        }
        {
          name: 'handled-captions'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['${inbox.name}/done/', '${inbox.name}/failed/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 90 } } }
          }
        }
      ]
    }
  }
}

// The Functions host keeps its leases, the task hub's queues and its tables in the account itself.
resource functionsRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [blobDataOwner, queueDataContributor, tableDataContributor]: {
    name: guid(account.id, functionsPrincipalId, role)
    scope: account
    properties: { principalId: functionsPrincipalId, principalType: 'ServicePrincipal', roleDefinitionId: role }
  }
]

resource trainingRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(store.id, trainingPrincipalId, blobDataContributor)
  scope: store
  properties: {
    principalId: trainingPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: blobDataContributor
  }
}

resource trainingSignalsRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(signals.id, trainingPrincipalId, blobDataContributor)
  scope: signals
  properties: {
    principalId: trainingPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: blobDataContributor
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'writes-and-deletes'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

output inboxContainer string = inbox.name
output signalsContainer string = signals.name
output accountName string = account.name
output storeUrl string = '${account.properties.primaryEndpoints.blob}${store.name}'
