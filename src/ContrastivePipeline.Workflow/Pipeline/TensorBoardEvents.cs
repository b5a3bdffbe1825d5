using static TorchSharp.torch.utils;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Curves as TensorBoard reads them.</summary>
internal static class TensorBoardEvents
{
    /// <summary>Writes one event file for a slice of training.</summary>
    public static async Task<Artifact> WriteAsync(
        StageContext context, string label, IReadOnlyList<StepRecord> curve, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(context.ScratchFolder, "tensorboard");
        var writer = tensorboard.SummaryWriter(folder, createRunName: false);
        foreach (var step in curve)
        {
            var n = checked((int)step.Step);
            writer.add_scalar("loss/total", step.Losses.Total, n);
            writer.add_scalar("loss/contrastive", step.Losses.Contrastive, n);
            writer.add_scalar("loss/cyclic-cross", step.Losses.CyclicCross, n);
            writer.add_scalar("loss/cyclic-inmodal", step.Losses.CyclicInModal, n);
            writer.add_scalar("loss/sentence-unsupervised", step.Losses.SentenceUnsupervised, n);
            writer.add_scalar("loss/sentence-supervised", step.Losses.SentenceSupervised, n);
            writer.add_scalar("learning-rate", (float)step.LearningRate, n);
            writer.add_scalar("logit-scale", step.LogitScale, n);
        }
        var file = Directory.GetFiles(folder).Single();
        // TensorBoard takes files whose name begins so; they hold the time of writing, and no later stage reads them.
        return await context.WriteAsync(
            $"events.out.tfevents.{label}", "", await File.ReadAllBytesAsync(file, cancellationToken), cancellationToken);
    }
}
