using ContrastivePipeline.Data.Refresh;
using ContrastivePipeline.Web.Api.Problems;
using ContrastivePipeline.Workflow.Refreshing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>A caption table that a browser sent, in a folder of its own that goes with it.</summary>
internal sealed class RefreshUpload : IDisposable
{
    // As long as the server takes any body.
    private static readonly FormOptions s_options = new() { MultipartBodyLengthLimit = long.MaxValue };

    private readonly string _folder = Directory.CreateTempSubdirectory("contrastive-upload-").FullName;
    private readonly RefreshMode _mode;
    private readonly bool _look;
    private readonly string _name;

    private RefreshUpload(RefreshMode mode, bool look, string name) => (_mode, _look, _name) = (mode, look, name);

    private string File => Path.Combine(_folder, "table" + Path.GetExtension(_name));

    /// <summary>Reads the form.</summary>
    /// <exception cref="ApiException">It has no table, or no such mode.</exception>
    public static async Task<RefreshUpload> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var form = await request.ReadFormAsync(s_options, cancellationToken);
        if (form.Files.GetFile("file") is not { Length: > 0 } table)
            throw new ApiException(Problem.BadRequest("The form has no caption table, or an empty one: choose a file."));
        if (!Enum.TryParse<RefreshMode>(form["mode"].ToString(), ignoreCase: true, out var mode) || !Enum.IsDefined(mode))
            throw new ApiException(Problem.BadRequest("'mode' must be patch, append or replace."));
        var upload = new RefreshUpload(mode, form["look"].Count > 0, Path.GetFileName(table.FileName));
        try
        {
            await using var file = System.IO.File.Create(upload.File);
            await table.CopyToAsync(file, cancellationToken);
            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    /// <summary>What is asked for.</summary>
    public RefreshRequest ToRequest(string dataset) => new(dataset, _mode, File, _name) { IsDryRun = _look };

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
