namespace ContrastivePipeline.Workflow.Images;

/// <summary>CLIP's modified ResNet, or its vision Transformer where a patch is given.</summary>
/// <param name="Layers">Blocks of each of the four stages; of a Transformer, one number.</param>
/// <param name="Width">Channels after the stem, or width of the Transformer.</param>
/// <param name="Heads">Attention heads; 0 for one per 64 channels, as upstream.</param>
/// <param name="Patch">Side of a patch, pixels; 0 for the ResNet.</param>
public sealed record VisionSection(IReadOnlyList<int> Layers, int Width, int Heads, int Patch) : MediaTowerSection;

internal static class VisionSectionReader
{
    private const int ResNetReduction = 32;
    private const int UpstreamHeadWidth = 64;

    public static VisionSection Read(ConfigSection section, int imageSize)
    {
        var patch = section.Int("patch", 0, 0, 1024);
        var given = section.Ints("layers", least: 1);
        var layers = given ?? (patch == 0 ? [1, 1, 1, 1] : [4]);
        var width = section.Int("width", 16, 2, 65_536);
        // By default, small ResNets have no space for upstream's rule of 64 channels a head.
        var heads = section.Int("heads", patch == 0 ? 8 : 0, 0, 4096);
        section.Close();

        var expected = patch == 0 ? 4 : 1;
        if (layers.Count != expected)
        {
            section.Fail("layers", $"model.vision.layers has {layers.Count} numbers, but "
                + (patch == 0 ? "a ResNet has four stages" : "a vision Transformer (patch is given) has one number of blocks"));
        }
        var side = patch == 0 ? ResNetReduction : patch;
        if (imageSize % side != 0)
        {
            section.Fail("patch", $"dataset.image.size is {imageSize}, which is not a multiple of {side}: "
                + (patch == 0 ? "the ResNet halves images five times" : "patches must cover the image"));
        }
        var attended = patch == 0 ? width * ResNetReduction : width;
        if (heads == 0 ? attended % UpstreamHeadWidth != 0 : attended % heads != 0)
        {
            section.Fail("heads", heads == 0
                ? $"model.vision.heads 0 means one head per {UpstreamHeadWidth} channels, and {attended} channels cannot be shared so"
                : $"model.vision.heads is {heads}, which does not divide the {attended} channels that attention sees");
        }
        return new VisionSection(layers, width, heads, patch);
    }
}
