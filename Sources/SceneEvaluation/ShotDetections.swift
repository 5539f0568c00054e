internal import SceneFormats
package import TextFiles
package import Timeline

/// A cut list in frames: what the two protocols judge.
package struct ShotDetections: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package var at: Int64
        /// Mixed pictures of a gradual change; nil for a hard cut.
        package var mixed: ClosedRange<Int64>?

        package init(at: Int64, mixed: ClosedRange<Int64>? = nil) {
            self.at = at
            self.mixed = mixed
        }
    }

    /// Ascending by `at`.
    package var entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries.sorted { $0.at < $1.at } }

    /// Reads a list of cuts in any form that `CutListFile` reads, as `text` opens it. `startOffset`:
    /// microseconds from where the film starts, as players count, to its first picture.
    package init(
        reading path: String, frameRate: Double?, startOffset: Int64 = 0,
        from text: TextSource = TextFile.init(path:)
    ) throws(EvaluationError) {
        let list = try EvaluationError.reading { () throws(TextFileError) in
            try CutListFile.read(
                text(path), rate: frameRate.flatMap(FrameRate.init(near:)), startOffset: startOffset)
        }
        try self.init(list, path: path, frameRate: frameRate)
    }

    /// Seconds become the nearest frame at `frameRate`; without it they are an error.
    package init(_ list: CutList, path: String, frameRate: Double?) throws(EvaluationError) {
        var entries: [Entry] = []
        for entry in list.entries {
            let first = entry.mixed.map { $0.first.frame(rate: frameRate) } ?? 0
            let last = entry.mixed.map { $0.last.frame(rate: frameRate) } ?? 0
            guard let at = entry.at.frame(rate: frameRate), let first, let last, first <= last else {
                throw .mismatch(
                    problem: "\(path) gives seconds, but the frame rate is unknown",
                    remedy: "give the frame rate, or a list in frames")
            }
            entries.append(Entry(at: at, mixed: entry.mixed == nil ? nil : first...last))
        }
        self.init(entries)
    }
}
