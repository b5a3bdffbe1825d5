metadata description = 'A virtual network of the apps, from which the store can tell them from everybody else.'

param location string
param tags object
param environmentName string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-contrastive-${environmentName}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.60.0.0/22'] }
    subnets: [
      {
        name: 'apps'
        properties: {
          // A replica takes an address, and Container Apps as many again while revisions change.
          addressPrefix: '10.60.0.0/23'
          delegations: [
            { name: 'container-apps', properties: { serviceName: 'Microsoft.App/environments' } }
          ]
          serviceEndpoints: [
            { service: 'Microsoft.Storage' }
          ]
        }
      }
    ]
  }
}

output subnetId string = network.properties.subnets[0].id
