internal import SceneFormats
package import TextFiles

/// Exact labels of one film's changes of shot, in frames from 0.
package struct ShotTruth: Hashable, Sendable {
    /// A range of pictures, first and last included, of a kind such as `dissolve` or `flash`.
    package struct Span: Hashable, Sendable {
        package var kind: String
        package var first: Int64
        package var last: Int64

        package init(kind: String, first: Int64, last: Int64) {
            self.kind = kind
            self.first = first
            self.last = last
        }
    }

    package var film: String
    /// First frames of new shots after hard cuts, ascending.
    package var cuts: [Int64]
    /// Pictures that mix two shots, in order of time.
    package var graduals: [Span]
    /// Pictures in which nothing may be reported.
    package var distractors: [Span]
    /// Pictures per second; nil where the labels do not say.
    package var frameRate: Double?

    package init(
        film: String, cuts: [Int64], graduals: [Span] = [], distractors: [Span] = [], frameRate: Double? = nil
    ) {
        self.film = film
        self.cuts = cuts
        self.graduals = graduals
        self.distractors = distractors
        self.frameRate = frameRate
    }

    private struct Document: Decodable {
        struct Range: Decodable {
            var kind: String?
            var start: Int64
            var end: Int64
        }

        var fps: Double?
        var cuts: [Int64]
        var gradual: [Range]?
        var distractors: [Range]?
    }

    /// `{"fps":25,"cuts":[...],"gradual":[{"kind":...,"start":...,"end":...}],"distractors":[...]}`, or any
    /// list that `CutListFile` reads. `startOffset`: microseconds from where the film starts, as players
    /// count, to its first picture.
    package static func read(
        path: String, frameRate: Double?, startOffset: Int64 = 0,
        from text: TextSource = TextFile.init(path:)
    ) throws(EvaluationError) -> ShotTruth {
        let file = try EvaluationError.reading { () throws(TextFileError) in try text(path) }
        guard let document = file.tryDecode(Document.self) else {
            let list = try EvaluationError.reading { () throws(TextFileError) in
                try CutListFile.read(
                    file, rate: frameRate.flatMap(FrameRate.init(near:)), startOffset: startOffset)
            }
            let detections = try ShotDetections(list, path: path, frameRate: frameRate)
            return ShotTruth(
                film: file.stem, cuts: detections.entries.filter { $0.mixed == nil }.map(\.at),
                graduals: detections.entries.compactMap { entry in
                    entry.mixed.map { Span(kind: "gradual", first: $0.lowerBound, last: $0.upperBound) }
                }, frameRate: frameRate)
        }
        func spans(_ ranges: [Document.Range]?, kind: String) throws(EvaluationError) -> [Span] {
            for range in ranges ?? []
            where range.start < 0 || range.end < range.start || range.end > 1_000_000_000 {
                throw .file(
                    file.malformed(
                        "a range from \(range.start) to \(range.end) is none",
                        remedy: "give first and last frame in order"))
            }
            return (ranges ?? []).map { Span(kind: $0.kind ?? kind, first: $0.start, last: $0.end) }
                .sorted { ($0.first, $0.last) < ($1.first, $1.last) }
        }
        if let fps = document.fps, !(fps > 0 && fps <= 1000) {
            throw .file(
                file.malformed("'fps' is \(fps)", remedy: "give the pictures per second, up to 1000"))
        }
        guard document.cuts.allSatisfy({ (0...1_000_000_000).contains($0) }) else {
            throw .file(file.malformed("a cut lies outside any film", remedy: "give frame numbers from 0"))
        }
        return ShotTruth(
            film: file.stem, cuts: document.cuts.sorted(),
            graduals: try spans(document.gradual, kind: "gradual"),
            distractors: try spans(document.distractors, kind: "distractor"),
            frameRate: document.fps ?? frameRate)
    }
}
