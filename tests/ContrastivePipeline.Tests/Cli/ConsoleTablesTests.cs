using Spectre.Console;

namespace ContrastivePipeline.Tests.Cli;

public sealed class ConsoleTablesTests
{
    private static readonly string[] Heads = ["Variant", ">recall at one", ">alignment", ">uniformity text"];
    private static readonly string[][] Rows = [["clip", "46.2 ± 0.3", "2.190", "-0.078"], ["cyclip+ls", "48.0 ± 0.1", "2.490", "-0.091"]];

    [Fact]
    public void A_table_that_fits_is_one() => Assert.Equal(
        """
        Variant    recall at one  alignment  uniformity text
        clip          46.2 ± 0.3      2.190           -0.078
        cyclip+ls     48.0 ± 0.1      2.490           -0.091
        """,
        Written(80));

    [Fact]
    public void A_wider_table_is_several_of_whole_columns_each_with_the_first() => Assert.Equal(
        """
        Variant    recall at one  alignment
        clip          46.2 ± 0.3      2.190
        cyclip+ls     48.0 ± 0.1      2.490

        Variant    uniformity text
        clip                -0.078
        cyclip+ls           -0.091
        """,
        Written(40));

    private static string Written(int width)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        ConsoleTables.WriteFitting(console, Heads, Rows);
        return string.Join('\n', text.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd()));
    }
}
