import Digests
import ArchiveBatch

/// What all films of a batch have in common.
struct BatchSettings: Sendable {
    /// Folder of the results, absolute.
    var output: String
    var words: SegmentWords
    var makesReport: Bool
    var keepsEmbeddings: Bool
    /// Films that failed for good are tried again.
    var retriesFailed: Bool
    var digests: BatchDigests
    /// Threads of each program, where `words` say nothing: the same for any number of jobs, since events
    /// name it.
    var threads: [String]

    /// SHA-256 of lines.
    static func digest(_ lines: [String]) -> String {
        SHA256.digest(of: Array(lines.map { "\($0.utf8.count):\($0)\n" }.joined().utf8).span)
    }

    /// What stands for a film and what is wanted of it, in notes of failures.
    func key(of item: BatchItem, _ identity: InputIdentity?) -> String {
        Self.digest([
            item.input, "\(identity?.size ?? -1)", "\(identity?.modified ?? -1)", digests.reading,
            digests.scoring,
            digests.exports,
        ])
    }
}
