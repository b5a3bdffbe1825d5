using MathNet.Numerics.LinearAlgebra;

namespace ContrastivePipeline.Evaluation;

/// <summary>The two leading eigenvectors of a covariance matrix.</summary>
internal static class PrincipalAxes
{
    /// <param name="covariance">[d, d], symmetric; d is at least 2.</param>
    public static (PrincipalAxis First, PrincipalAxis Second) Of(double[][] covariance)
    {
        var eigen = Matrix<double>.Build.DenseOfRowArrays(covariance).Evd(Symmetricity.Symmetric);
        // The eigenvalues ascend.
        return (Axis(eigen.EigenVectors.Column(covariance.Length - 1), eigen.EigenValues[^1].Real),
            Axis(eigen.EigenVectors.Column(covariance.Length - 2), eigen.EigenValues[^2].Real));
    }

    // An eigenvector has no sign; here its largest component is positive.
    private static PrincipalAxis Axis(Vector<double> direction, double variance) =>
        new([.. direction[direction.AbsoluteMaximumIndex()] < 0 ? -direction : direction], Math.Max(0, variance));
}

/// <summary>A direction of unit length and the variance along it.</summary>
internal readonly record struct PrincipalAxis(double[] Direction, double Variance);
