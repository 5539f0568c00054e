/// Why a run cannot go on from a checkpoint; the text is one line with a remedy.
package struct CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
    package let detail: String

    package init(_ detail: String) { self.detail = detail }

    package var description: String { "\(detail); start the run again, or continue it with its own options" }
}
