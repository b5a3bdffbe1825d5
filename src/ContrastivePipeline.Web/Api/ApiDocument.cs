using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ContrastivePipeline.Web.Api;

/// <summary>What the OpenAPI document says of the API as a whole.</summary>
internal static class ApiDocument
{
    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "ContrastivePipeline",
                Version = ProgramVersion.Text,
                Description = "Runs, results, artifacts and datasets of a contrastive pipeline. Every error is application/problem+json (RFC 9457). "
                    + "Where the server has API keys, send one as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'.",
            };
            // Whoever reads the document knows where it came from; a proxy may have called the server by another name.
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
                ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Api-Key" },
            };
            document.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] },
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] },
            ];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (type == typeof(double) || type == typeof(float))
            {
                // "NaN", "Infinity" and "-Infinity" are strings; the generator has no words for that.
                var isNullable = type != context.JsonTypeInfo.Type;
                schema.Type = JsonSchemaType.Number | JsonSchemaType.String | (isNullable ? JsonSchemaType.Null : 0);
                schema.AnyOf = schema.OneOf = null;
                schema.Enum = null;
            }
            return Task.CompletedTask;
        });
    }
}
