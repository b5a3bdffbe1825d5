using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
using var telemetry = TelemetryExport.Start("contrastive-functions", Environment.GetEnvironmentVariable);
await builder.Services.AddContrastivePipelineAsync(FunctionsSettings.OfProcess(), telemetry.Logs);
await builder.Build().RunAsync();
