metadata description = 'One identity for the Functions app, one for training: each is granted what it does and no more.'

param location string
param tags object
param environmentName string

resource functionsIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-contrastive-functions-${environmentName}'
  location: location
  tags: tags
}

resource trainingIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-contrastive-training-${environmentName}'
  location: location
  tags: tags
}

@export()
@description('An identity as other modules need it.')
type identity = {
  id: string
  principalId: string
  clientId: string
}

output functions identity = {
  id: functionsIdentity.id
  principalId: functionsIdentity.properties.principalId
  clientId: functionsIdentity.properties.clientId
}

output training identity = {
  id: trainingIdentity.id
  principalId: trainingIdentity.properties.principalId
  clientId: trainingIdentity.properties.clientId
}
