/// <summary>What a .NET program runs first that is started with DOTNET_STARTUP_HOOKS: it then knows signals too. The runtime wants the class
/// in no namespace.</summary>
internal static class StartupHook
{
    public static void Initialize() => SignalKind.Add();
}
