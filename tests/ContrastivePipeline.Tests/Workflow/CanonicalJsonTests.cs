using System.Globalization;
using System.Text.Json;

namespace ContrastivePipeline.Tests.Workflow;

public sealed class CanonicalJsonTests
{
    // RFC 8785, appendix B: bits of a double and its canonical text.
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void Writes_doubles_as_the_standard_does(string bits, string text)
    {
        var value = BitConverter.Int64BitsToDouble(long.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        // "E16" forces the parser's path: an exponent and more digits than needed.
        using var json = JsonDocument.Parse(value.ToString("E16", CultureInfo.InvariantCulture));
        Assert.Equal(text, CanonicalJson.Of(json.RootElement));
    }

    // RFC 8785, 3.2.3 and 3.2.4: the sample object.
    [Fact]
    public void Sorts_and_escapes_as_the_standard_does()
    {
        const string source = """
            {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
             "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}
            """;
        const string canonical =
            """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""";
        using var json = JsonDocument.Parse(source);
        Assert.Equal(canonical, CanonicalJson.Of(json.RootElement));
    }

    [Theory]
    [InlineData("""{"b":1,"a":{"d":2,"c":3}}""", """{"a":{"c":3,"d":2},"b":1}""")]
    [InlineData("""{"a": 1.0}""", """{"a":1}""")]
    [InlineData("""{"a": -0}""", """{"a":0}""")]
    [InlineData("""[9007199254740993]""", """[9007199254740993]""")]
    [InlineData("""{"B":1,"a":2,"A":3}""", """{"A":3,"B":1,"a":2}""")]
    public void Has_one_spelling_for_a_value(string source, string canonical)
    {
        using var json = JsonDocument.Parse(source);
        Assert.Equal(canonical, CanonicalJson.Of(json.RootElement));
    }

    [Fact]
    public void Is_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.Equal("[-0.25,1e-7]", CanonicalJson.Of(new[] { -0.25, 1e-7 }));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Refuses_what_JSON_cannot_say(double value) =>
        Assert.Throws<ArgumentException>(() => CanonicalJson.Of(new[] { value }));
}
