using System.Diagnostics;

namespace ContrastivePipeline.Tests.Modeling;

/// <summary>A program whose own folder cannot be written, as in a container, loads native torch all the same.</summary>
public sealed class ReadOnlyProgramTests
{
    [Fact]
    public async Task Native_torch_loads_from_a_folder_that_cannot_be_written()
    {
        Assert.SkipUnless(StandardLibraryCompatibility.SystemIsOlder(), "This system's libstdc++ loads the library as it is shipped.");
        using var folder = new TemporaryFolder();
        CopyProgram(folder);

        // A mount that is read-only even for root, seen by this process alone.
        using var doctor = Process.Start(new ProcessStartInfo("unshare",
        [
            "--map-root-user", "--mount", "sh", "-c",
            "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" && cd / && echo mounted && exec dotnet \"$1/contrastive.dll\" doctor --no-color",
            "sh", Path.Combine(folder.Path, "program"),
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
                { ["CONTRASTIVE_STORE"] = null, ["CONTRASTIVE_LOCAL"] = Path.Combine(folder.Path, "local"),
                    ["TMPDIR"] = Directory.CreateDirectory(Path.Combine(folder.Path, "tmp")).FullName },
        })!;
        var error = doctor.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await doctor.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await doctor.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.SkipUnless(output.StartsWith("mounted", StringComparison.Ordinal), $"This system lets nobody mount: {await error}");
        Assert.Matches(@"(?m)^ok +native torch .*a rewritten copy", output);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder.Path, "tmp"), "contrastive-native-*"));
    }

    private static void CopyProgram(TemporaryFolder folder)
    {
        var program = Directory.CreateDirectory(Path.Combine(folder.Path, "program")).FullName;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            var (name, target) = (Path.GetFileName(file), Path.Combine(program, Path.GetFileName(file)));
            if (name.Contains(".so", StringComparison.Ordinal))
            {
                File.CreateSymbolicLink(target, file);
            }
            else if (name.EndsWith(".dll", StringComparison.Ordinal) || name.StartsWith("contrastive.", StringComparison.Ordinal))
            {
                File.Copy(file, target);
            }
        }
        // The one beside the tests is rewritten already.
        var library = Path.Combine(program, "libLibTorchSharp.so");
        File.Delete(library);
        File.Move(NativeLibraryTests.CopyOfShippedLibrary(folder), library);
    }
}
