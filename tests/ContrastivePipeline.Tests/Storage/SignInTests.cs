using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace ContrastivePipeline.Tests.Storage;

/// <summary>What happens to a store and its leases when signing in does not work, over Azure.Identity's own exceptions.</summary>
public sealed class SignInTests(AzuriteFixture azurite)
{
    private static readonly TokenRequestContext Scope = new(["https://storage.azure.com/.default"]);

    // Where the fault is there, these wait for ever.
    private const int HangTimeout = 120_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(503, "temporarily_unavailable", true)]
    [InlineData(429, "temporarily_unavailable", true)]
    [InlineData(401, "invalid_client", false)]
    [InlineData(400, "unauthorized_client", false)]
    public async Task A_service_that_fails_is_distinguished_from_one_that_refuses(int status, string error, bool transient)
    {
        await using var service = await TokenService.StartAsync();
        (service.Status, service.Error) = (status, error);

        var fault = await Assert.ThrowsAsync<AuthenticationFailedException>(
            async () => await service.Credential().GetTokenAsync(Scope, Ct));

        Assert.Equal(transient, SignInFaults.IsTransient(fault, hasWorked: true));
        Assert.Equal(transient, SignInFaults.IsTransient(fault, hasWorked: false));
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_away()
    {
        var credential = TokenService.CredentialOf(new Uri("https://127.0.0.1:1"));

        var fault = await Assert.ThrowsAsync<AuthenticationFailedException>(async () => await credential.GetTokenAsync(Scope, Ct));

        Assert.True(SignInFaults.IsTransient(fault, hasWorked: false));
    }

    [Fact]
    public async Task An_identity_that_is_not_there_is_waited_for_only_where_it_has_been_there()
    {
        var fault = await Assert.ThrowsAsync<CredentialUnavailableException>(
            async () => await new EnvironmentCredential().GetTokenAsync(Scope, Ct));

        Assert.False(SignInFaults.IsTransient(fault, hasWorked: false));
        Assert.True(SignInFaults.IsTransient(fault, hasWorked: true));
    }

    [Fact(Timeout = HangTimeout)]
    public async Task Requests_are_repeated_until_signing_in_works_again()
    {
        await using var service = await TokenService.StartAsync();
        service.Status = 503;
        var store = new ArtifactStore(await ContainerAsync(service, TimeSpan.FromSeconds(60)));

        var writing = store.WriteAsync("blob", "x"u8.ToArray(), TestContext.Current.CancellationToken);
        while (service.Requests < 3)
        {
            await Task.Delay(20, Ct);
        }
        service.Status = 200;

        Assert.Equal("x"u8.ToArray(), await store.ReadAsync(await writing, Ct));
    }

    [Fact]
    public async Task A_service_that_stays_away_is_not_called_a_refusal_and_a_refusal_is_reported_at_once()
    {
        await using var service = await TokenService.StartAsync();
        service.Status = 503;
        var store = new ArtifactStore(await ContainerAsync(service, TimeSpan.FromSeconds(0.5)));

        var away = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.TryReadAsync("blob", Ct));
        (service.Status, service.Error) = (401, "invalid_client");
        var refused = await Assert.ThrowsAsync<StoreAccessDeniedException>(() => store.TryReadAsync("blob", Ct));

        Assert.Contains("sign", away.Message, StringComparison.Ordinal);
        Assert.Contains("sign-in failed", refused.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = HangTimeout)]
    [InlineData(401, "invalid_client")]
    [InlineData(503, "temporarily_unavailable")]
    public async Task A_lease_that_cannot_be_renewed_for_long_is_lost(int status, string error)
    {
        await using var service = await TokenService.StartAsync();
        await using var lease = await LeaseAsync(service, factor: 100);

        (service.Status, service.Error) = (status, error);

        await Cancelled(lease.Lost).WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = HangTimeout)]
    public async Task A_lease_outlives_a_sign_in_service_that_was_away()
    {
        await using var service = await TokenService.StartAsync();
        await using var lease = await LeaseAsync(service, factor: 5);
        service.Status = 503;
        var before = service.Requests;
        while (service.Requests < before + 2)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        service.Status = 200;
        before = service.Requests;
        while (service.Requests < before + 2)
        {
            await Task.Delay(20, Ct);
        }

        Assert.False(lease.Lost.IsCancellationRequested);
    }

    private async Task<StoreLease> LeaseAsync(TokenService service, double factor)
    {
        var blob = (await ContainerAsync(service, TimeSpan.Zero)).GetBlobClient("lock");
        await blob.UploadAsync(BinaryData.FromString(""), Ct);
        var lease = Azure.Storage.Blobs.Specialized.SpecializedBlobExtensions.GetBlobLeaseClient(blob);
        await lease.AcquireAsync(StoreLease.Duration, cancellationToken: Ct);
        return new StoreLease(blob, lease, new FastTime(factor));
    }

    private async Task<BlobContainerClient> ContainerAsync(TokenService service, TimeSpan retryFor)
    {
        // A credential that forgets: MSAL would answer from its cache while the service is away.
        var options = new BlobClientOptions { RetryPolicy = new DeadlineRetryPolicy(retryFor, TimeSpan.FromSeconds(30), null) };
        options.AddPolicy(new SignInPolicy(new ForgetfulCredential(service.Credential)), HttpPipelinePosition.PerRetry);
        var (_, connectionString) = await azurite.ConnectionAsync();
        var name = $"t{Guid.NewGuid():N}";
        await new BlobContainerClient(connectionString, name).CreateAsync(cancellationToken: Ct);
        return new BlobContainerClient(connectionString, name, options);
    }

    private static Task Cancelled(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(cancelled.SetResult);
        return cancelled.Task;
    }

    private sealed class ForgetfulCredential(Func<TokenCredential> credential) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            credential().GetToken(requestContext, cancellationToken);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            credential().GetTokenAsync(requestContext, cancellationToken);
    }
}
