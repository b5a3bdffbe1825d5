using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ContrastivePipeline.Tests.Infrastructure;

/// <summary>What can be said of the images without building them.</summary>
public sealed class DockerfileTests
{
    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Path.Combine(Repository.Folder, "infra", "docker")).Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void It_builds_on_stages_and_on_images_of_a_fixed_version(string file)
    {
        var stages = new HashSet<string>();
        foreach (var from in Dockerfile.Load(file).Instructions.Where(i => i.Kind == "FROM"))
        {
            var image = from.TextFormatter[0];
            Assert.True(stages.Contains(image) || Regex.IsMatch(image, @"^[a-z0-9./-]+:[^:]*[0-9][^:]*$"), $"{image} has no version.");
            if (from.TextFormatter is [_, "AS", var stage])
                stages.Add(stage);
        }
    }

    [Fact]
    public void Images_of_one_repository_are_of_one_version_and_of_the_version_that_builds_here()
    {
        var tags = Files.SelectMany(file => Dockerfile.Load(file.Data).Instructions).Where(i => i.Kind == "FROM")
            .Select(from => from.TextFormatter[0].Split(':')).Where(name => name.Length == 2)
            .ToLookup(name => name[0], name => Regex.Match(name[1], "^[0-9.]+").Value);

        Assert.All(tags, repository => Assert.Single(repository.Distinct()));
        // A patch release of its own: what an image holds changes with a commit, not from one day to the next.
        Assert.All(["node", "mcr.microsoft.com/dotnet/sdk", "mcr.microsoft.com/dotnet/aspnet"], name =>
            Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+$", tags[name].First()));
        var pinned = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Folder, "global.json"))).RootElement.GetProperty("sdk")
            .GetProperty("version");
        Assert.True(Version.Parse(tags["mcr.microsoft.com/dotnet/sdk"].First()) >= Version.Parse(pinned.GetString()!),
            "global.json wants a newer SDK.");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Its_program_knows_the_commit_that_it_was_built_from(string file)
    {
        // Git's folder is not in the context, so the commit comes as an argument.
        var build = Dockerfile.Load(file).Instructions.TakeWhile(
            i => i.Kind != "RUN" || !i.Rest.StartsWith("dotnet publish ", StringComparison.Ordinal));

        Assert.Contains(build.Reverse().TakeWhile(i => i.Kind != "FROM"), i => i is { Kind: "ARG", Rest: "SOURCE_REVISION=unknown" });
        Assert.Contains(" -p:SourceRevisionId=$SOURCE_REVISION ", Publish(file));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void No_script_of_an_npm_package_runs(string file) =>
        Assert.All(Dockerfile.Load(file).Instructions.Where(i => i.Kind == "RUN" && i.Rest.Contains("npm ", StringComparison.Ordinal)),
            i => Assert.StartsWith("npm ci --omit=dev --ignore-scripts ", i.Rest, StringComparison.Ordinal));

    [Fact]
    public void Every_npm_package_is_locked_to_its_content()
    {
        var packages = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Folder, "infra", "local", "package-lock.json"))).RootElement.GetProperty("packages")
            .EnumerateObject().Where(package => package.Name.Length > 0).ToList();

        Assert.True(packages.Count > 100);
        Assert.All(packages, package => Assert.StartsWith("sha512-", package.Value.GetProperty("integrity").GetString()));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_it_copies_is_there_and_in_the_context(string file)
    {
        var ignore = DockerIgnore.OfRepository();
        var stages = new HashSet<string>();
        foreach (var instruction in Dockerfile.Load(file).Instructions)
        {
            if (instruction is { Kind: "FROM", TextFormatter: [_, "AS", var stage] })
                stages.Add(stage);
            if (instruction.Kind != "COPY")
                continue;
            if (instruction.Option("from") is { } other)
            {
                Assert.Contains(other, stages);
                continue;
            }
            foreach (var source in instruction.TextFormatter[..^1].Where(s => s != "."))
            {
                Assert.True(Path.Exists(Path.Combine(Repository.Folder, source)), $"{source} is missing.");
                Assert.False(ignore.Ignores(source), $"{source} is not in the context.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Its_project_is_in_the_context_with_all_that_it_refers_to(string file)
    {
        var ignore = DockerIgnore.OfRepository();
        var needed = new Queue<string>([Project(file)]);
        var seen = new HashSet<string> { "Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig" };
        while (needed.TryDequeue(out var project))
        {
            if (!seen.Add(project))
                continue;
            var document = XDocument.Load(Path.Combine(Repository.Folder, project));
            foreach (var reference in document.Descendants().Where(e => e.Name.LocalName is "ProjectReference" or "None" or "Content"))
            {
                // What a condition asks for is not what the image is built with.
                if (reference.Parent!.Attribute("Condition") is not null || reference.Attribute("Include")?.Value is not { } include)
                    continue;
                var path = Path.GetRelativePath(
                    Repository.Folder, Path.GetFullPath(include, Path.Combine(Repository.Folder, Path.GetDirectoryName(project)!)));
                if (path.EndsWith(".csproj", StringComparison.Ordinal))
                    needed.Enqueue(path.Replace('\\', '/'));
                else
                    seen.Add(path.Replace('\\', '/'));
            }
        }

        Assert.True(seen.Count > 8);
        Assert.DoesNotContain(seen, ignore.Ignores);
    }

    [Theory]
    [InlineData("tests/ContrastivePipeline.Tests/Repository.cs")]
    [InlineData("src/ContrastivePipeline.Cli/bin/Debug/contrastive.dll")]
    [InlineData("functions/obj/project.assets.json")]
    [InlineData("infra/local/node_modules/azurite/package.json")]
    [InlineData("artifacts/bin/x.dll")]
    [InlineData(".git/config")]
    [InlineData(".contrastive/store/x")]
    [InlineData("images/mine.png")]
    [InlineData("api-keys.txt")]
    public void What_no_image_needs_is_not_in_the_context(string path) => Assert.True(DockerIgnore.OfRepository().Ignores(path));

    [Theory]
    [MemberData(nameof(Files))]
    public void It_does_not_run_as_root(string file)
    {
        var stage = Dockerfile.Load(file).LastStage.ToList();

        // By number: a cluster that forbids root cannot tell it of a name. The base images set the variable.
        Assert.Equal("$APP_UID", stage.Last(i => i.Kind == "USER").Rest);
        Assert.DoesNotContain(Enumerable.Reverse(stage).TakeWhile(i => i.Kind != "USER"), i => i.Kind is "RUN" or "COPY");
    }

    [Theory]
    [InlineData("cpu.Dockerfile")]
    [InlineData("cuda.Dockerfile")]
    public void Its_commands_are_the_published_program_and_verbs_that_it_knows(string file)
    {
        var image = Dockerfile.Load(file);
        var name = XDocument.Load(Path.Combine(Repository.Folder, Project(file))).Descendants("AssemblyName").Single().Value;
        var verbs = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "cli.md"));
        var (entry, health) = (image.Last("ENTRYPOINT").Command, image.Last("HEALTHCHECK").Command);

        Assert.Equal([$"/app/{name}"], entry);
        Assert.Equal($"/app/{name}", health[0]);
        foreach (var verb in new[] { health[1], image.Last("CMD").Command[0] }.Where(v => v[0] != '-'))
            Assert.Matches($"(?m)^\\| `{verb}[ `]", verbs);
    }

    [Fact]
    public void The_cuda_image_is_built_for_cuda_and_asks_for_the_driver()
    {
        var image = Dockerfile.Load("cuda.Dockerfile");
        var environment = string.Join(' ', image.LastStage.Where(i => i.Kind == "ENV").Select(i => i.Rest));

        Assert.Contains("-p:TorchBackend=cuda", Publish("cuda.Dockerfile"));
        Assert.Contains("NVIDIA_VISIBLE_DEVICES=all", environment);
        Assert.Matches(@"NVIDIA_DRIVER_CAPABILITIES=\S*compute", environment);
    }

    [Fact]
    public void The_functions_app_is_asked_for_at_the_port_that_it_listens_on()
    {
        var image = Dockerfile.Load("functions.Dockerfile");
        var port = image.Last("EXPOSE").Rest;
        var bicep = File.ReadAllText(Path.Combine(Repository.Folder, "infra", "azure", "modules", "functions.bicep"));

        Assert.True(int.Parse(port) >= 1024, "Who is not root may not listen there everywhere.");
        Assert.EndsWith($"ASPNETCORE_URLS=http://+:{port}", image.Last("ENV").Rest);
        Assert.Contains($"/dev/tcp/127.0.0.1/{port} ", image.Last("HEALTHCHECK").Command[^1]);
        Assert.Matches($@"targetPort: {port}\b", bicep);
    }

    private static string Publish(string file) =>
        Dockerfile.Load(file).Instructions.Single(
            i => i.Kind == "RUN" && i.Rest.StartsWith("dotnet publish ", StringComparison.Ordinal)).Rest;

    private static string Project(string file)
    {
        var folder = Publish(file).Split(' ')[2];
        return Path.GetRelativePath(Repository.Folder, Directory.GetFiles(Path.Combine(Repository.Folder, folder), "*.csproj").Single())
            .Replace('\\', '/');
    }
}
