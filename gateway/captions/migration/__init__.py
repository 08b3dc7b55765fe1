"""From the journals into the graph, each caption once: the check, jobs, history, preview, retention."""
