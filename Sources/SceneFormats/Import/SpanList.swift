package import Timeline

/// Stretches of a film as a file lists them: chapters, scenes, clips.
package struct SpanList: Hashable, Sendable {
    package struct Span: Hashable, Sendable {
        package var start: FilmPosition
        /// nil: to the next, or to the film's end.
        package var end: FilmPosition?

        package init(start: FilmPosition, end: FilmPosition? = nil) {
            self.start = start
            self.end = end
        }
    }

    /// In order of time, all in one unit, as readers make sure.
    package var spans: [Span]
    /// Frames a second, where the file says it.
    package var rate: FrameRate?
    package var pictureCount: Int64?
    /// scened wrote it: its frames are times of the film, brought to the nearest frame of `rate`.
    package var isOwn = false
    /// How its format counts.
    package var counting = ImportFormat.Counting.fromFirstPicture

    package init(
        spans: [Span], rate: FrameRate? = nil, pictureCount: Int64? = nil, isOwn: Bool = false
    ) {
        self.spans = spans
        self.rate = rate
        self.pictureCount = pictureCount
        self.isOwn = isOwn
    }

    /// Where spans begin, as changes of shot.
    package var cuts: CutList {
        CutList(entries: spans.map { CutList.Entry(at: $0.start) }, pictureCount: pictureCount)
    }

    /// The same in seconds; nil where the spans are in frames and no rate is known.
    var timedCuts: CutList? {
        seconds().map { spans in CutList(entries: spans.map { CutList.Entry(at: .seconds($0.start)) }) }
    }

    /// The spans in seconds; nil where they are in frames and no rate is known.
    package func seconds(rate given: FrameRate? = nil) -> [(start: Double, end: Double?)]? {
        let rate = (given ?? rate)?.value
        func seconds(_ position: FilmPosition) -> Double? {
            switch position {
            case .seconds(let seconds): seconds
            case .frame(let frame): rate.map { Double(frame) / $0 }
            }
        }
        var result: [(start: Double, end: Double?)] = []
        for span in spans {
            guard let start = seconds(span.start) else { return nil }
            result.append((start, span.end.flatMap(seconds)))
        }
        return result
    }
}
