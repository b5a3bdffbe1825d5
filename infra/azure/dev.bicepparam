using 'main.bicep'

param environmentName = 'dev'
param gpuProfile = 'Consumption-GPU-NC8as-T4'
param storageRedundancy = 'Standard_LRS'
param checkpointDays = 30
param logDays = 30
param schedule = '0 0 2 * * 1'
param scheduledExperiments = ''
param monthlyBudget = 200
param budgetContacts = [readEnvironmentVariable('BUDGET_CONTACT')]
param budgetStart = readEnvironmentVariable('BUDGET_START')
