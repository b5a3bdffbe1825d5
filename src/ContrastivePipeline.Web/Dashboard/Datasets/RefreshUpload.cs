using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>A caption table that a browser sent, in a folder of its own that goes with it.</summary>
internal sealed class RefreshUpload : IDisposable
{
    /// <summary>Name of the field that has a table sent back from a dry run, in Base64.</summary>
    public const string TableField = "table";

    /// <summary>Name of the field that has the name of its file.</summary>
    public const string NameField = "name";

    // Longer tables are chosen again: a page is not the place for them.
    private const int LongestSentBack = 1 << 20;

    // As long as the server takes any body.
    private static readonly FormOptions Options = new() { MultipartBodyLengthLimit = long.MaxValue };

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
        var form = await request.ReadFormAsync(Options, cancellationToken);
        var (name, content) = TableOf(form);
        if (!Enum.TryParse<RefreshMode>(form["mode"].ToString(), ignoreCase: true, out var mode) || !Enum.IsDefined(mode))
            throw new ApiException(Problem.BadRequest("'mode' must be patch, append or replace."));
        var upload = new RefreshUpload(mode, form["look"].Count > 0, name);
        try
        {
            await using var file = System.IO.File.Create(upload.File);
            await using var table = content;
            await table.CopyToAsync(file, cancellationToken);
            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    /// <summary>The table, if it is short enough to be sent back.</summary>
    public byte[]? ToSendBack() => new FileInfo(File).Length <= LongestSentBack ? System.IO.File.ReadAllBytes(File) : null;

    /// <summary>What is asked for.</summary>
    public RefreshRequest ToRequest(string dataset) => new(dataset, _mode, File, _name) { IsDryRun = _look };

    private static (string Name, Stream Content) TableOf(IFormCollection form)
    {
        if (form.Files.GetFile("file") is { Length: > 0 } file)
            return (Path.GetFileName(file.FileName), file.OpenReadStream());
        var sentBack = new byte[LongestSentBack];
        return Convert.TryFromBase64String(form[TableField].ToString(), sentBack, out var length) && length > 0
            ? (Path.GetFileName(form[NameField].ToString()), new MemoryStream(sentBack, 0, length))
            : throw new ApiException(Problem.BadRequest("The form has no caption table, or an empty one: choose a file."));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
