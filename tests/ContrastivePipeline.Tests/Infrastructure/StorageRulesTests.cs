using System.Text.RegularExpressions;

namespace ContrastivePipeline.Tests.Infrastructure;

/// <summary>What the store in the cloud deletes by itself, writes down and answers: the program relies on each.</summary>
public sealed class StorageRulesTests
{
    [Fact]
    public void Only_training_states_that_expire_and_handled_tables_are_deleted_after_a_time()
    {
        var rules = Regex.Matches(Module("storage"), @"prefixMatch: \[(.*)\]").SelectMany(rule => rule.Groups[1].Value.Split(", "));

        // Trained models, curves and manifests lie in stages/, and every reader of a run needs them.
        Assert.Equal(
            [
                $"'${{store.name}}/{ExpiringArtifacts.Folder}'", $"'${{inbox.name}}/{InboxPath.Done}/'",
                $"'${{inbox.name}}/{InboxPath.Failed}/'",
            ],
            rules);
    }

    [Fact]
    public void Writes_are_audited_as_deletes_are()
    {
        var audited = Regex.Matches(Module("storage"), @"category: '(\w+)', enabled: true").Select(log => log.Groups[1].Value);
        Assert.Equal(["StorageDelete", "StorageWrite"], audited.Order());
    }

    [Fact]
    public void The_store_and_the_API_can_be_closed_to_other_networks()
    {
        var main = File.ReadAllText(Path.Combine(Repository.Folder, "infra", "azure", "main.bicep"));
        Assert.Equal(2, Regex.Count(main, @"^    subnetId: privateNetwork \? network!\.outputs\.subnetId : ''$", RegexOptions.Multiline));
        Assert.Equal(2, Regex.Count(main, "^    allowedRanges: allowedRanges$", RegexOptions.Multiline));

        Assert.Matches(
            @"networkAcls: empty\(subnetId\)\s+\? \{ defaultAction: 'Allow'.*\}\s+: \{\s+defaultAction: 'Deny'", Module("storage"));
        Assert.Contains("virtualNetworkRules: [{ id: subnetId, action: 'Allow' }]", Module("storage"), StringComparison.Ordinal);
        Assert.Contains("ipRules: map(allowedRanges,", Module("storage"), StringComparison.Ordinal);
        Assert.Contains("infrastructureSubnetId: subnetId", Module("environment"), StringComparison.Ordinal);
        Assert.Matches(@"ipSecurityRestrictions: \[\s+for \(range, i\) in allowedRanges:", Module("functions"));
    }

    private static string Module(string name) =>
        File.ReadAllText(Path.Combine(Repository.Folder, "infra", "azure", "modules", $"{name}.bicep"));
}
