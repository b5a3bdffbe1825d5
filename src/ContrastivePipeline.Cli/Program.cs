using var interruption = new Interruption();
return await CommandLine.RunAsync(args, CliEnvironment.OfProcess(), interruption.Token);
