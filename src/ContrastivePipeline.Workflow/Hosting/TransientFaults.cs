using System.Net.Sockets;

namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>Tells a fault of the moment from one that the same work would meet again.</summary>
public static class TransientFaults
{
    /// <summary>True for an unreachable store or network; false for everything that is not known to pass.</summary>
    public static bool IsTransient(Exception fault)
    {
        for (var current = fault; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case StoreUnavailableException or StageClaimLostException:
                case HttpRequestException or SocketException or TimeoutException:
                    return true;
                case IPermanentFailure or StoreException:
                    return false;
            }
        }
        return false;
    }
}
