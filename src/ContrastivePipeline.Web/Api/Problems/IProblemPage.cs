using Microsoft.AspNetCore.Http;

namespace ContrastivePipeline.Web.Api.Problems;

/// <summary>Shows a problem to a person, for requests of pages; where none is registered, they get JSON too.</summary>
public interface IProblemPage
{
    /// <summary>Writes the page; the status is set already.</summary>
    Task WriteAsync(HttpContext context, Problem problem);
}
