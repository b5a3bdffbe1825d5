metadata description = 'The registry of our images. Nobody signs in with a password.'

param location string
param tags object

@minLength(5)
@maxLength(50)
param name string

@description('Principals that pull images.')
param pullers string[]

var acrPull = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d')

resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Basic' }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
  }
}

resource pull 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in pullers: {
    name: guid(registry.id, principal, acrPull)
    scope: registry
    properties: { principalId: principal, principalType: 'ServicePrincipal', roleDefinitionId: acrPull }
  }
]

output name string = registry.name
output loginServer string = registry.properties.loginServer
