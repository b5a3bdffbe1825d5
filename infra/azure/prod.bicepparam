using 'main.bicep'

param environmentName = 'prod'
param gpuProfile = 'Consumption-GPU-NC24-A100'
param storageRedundancy = 'Standard_ZRS'
param checkpointDays = 180
param logDays = 90
param schedule = '0 0 2 1 * *'
param scheduledExperiments = 'paper-vl'
param monthlyBudget = 5000
param budgetContacts = [readEnvironmentVariable('BUDGET_CONTACT')]
