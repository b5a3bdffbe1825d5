using 'main.bicep'

param environmentName = 'prod'
param gpuProfile = 'Consumption-GPU-NC24-A100'
param trainingParallelism = 6
param trainingTimeoutSeconds = 86400
param storageRedundancy = 'Standard_ZRS'
param checkpointDays = 180
param logDays = 90
param schedule = '0 0 2 1 * *'
param scheduledExperiments = ''
param monthlyBudget = 5000
param budgetContacts = [readEnvironmentVariable('BUDGET_CONTACT')]
param budgetStart = readEnvironmentVariable('BUDGET_START')
