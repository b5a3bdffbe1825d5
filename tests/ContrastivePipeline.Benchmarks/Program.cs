switch (args)
{
    case ["kills", var text, ..] when int.TryParse(text, out var count) && count > 0:
        return await KillsCommand.RunAsync(count, args.ElementAtOrDefault(2) ?? "smoke", CancellationToken.None);
    case ["kills-refresh", var text] when int.TryParse(text, out var count) && count > 0:
        return await RefreshKillsCommand.RunAsync(count, CancellationToken.None);
    case ["kills-refresh", ..]:
        Console.Error.WriteLine("Usage: kills-refresh N   N SIGKILLs at random moments of caption refreshes");
        return 2;
    case ["kills", ..]:
        Console.Error.WriteLine(
            "Usage: kills N [EXPERIMENT]   N SIGKILLs at random moments of a run, by default of the experiment 'smoke'");
        return 2;
    case ["readers", ..]:
        return await ReadersCommand.RunAsync(CancellationToken.None);
    case ["units", ..]:
        NativeTorch.EnsureLoadable();
        return await UnitsCommand.RunAsync(args[1..]);
    case ["memory", ..]:
        NativeTorch.EnsureLoadable();
        return await MemoryCommand.RunAsync(args[1..]);
    case ["scale"]:
        NativeTorch.EnsureLoadable();
        return ScaleCommand.Run();
    default:
        NativeTorch.EnsureLoadable();
        return await SpeedCommand.RunAsync(args);
}
