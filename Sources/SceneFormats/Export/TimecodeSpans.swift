import Timeline

/// Stretches of frames as pairs of timecodes, which must lie within one day.
struct TimecodeSpans {
    let format: TimecodeFormat
    private let name: String

    /// Throws where timecode does not count the grid's rate, or edit lists have no room for its labels.
    init(_ grid: FrameGrid, format name: String) throws(ExportError) {
        guard let format = grid.timecode else {
            throw .notExpressible(
                format: name, entry: nil, reason: "timecode does not count \(grid.rate) frames a second")
        }
        guard format.labelsPerSecond <= 100 else {
            throw .notExpressible(format: name, entry: nil, reason: "its frame numbers have three digits")
        }
        self.format = format
        self.name = name
    }

    /// First frame and the first after the last, `frames` being counted from `origin`.
    func span(_ frames: Range<Int64>, from origin: Int64, of entry: ExportEntry) throws(ExportError) -> String
    {
        let (first, end) = (origin + frames.lowerBound, origin + frames.upperBound)
        let day = format.framesPerDay
        guard first >= 0, first / day == end / day else {
            throw .notExpressible(
                format: name, entry: "\(entry.kind.rawValue) \(entry.number)",
                reason: "its timecode passes 24 hours")
        }
        return format.string(frames: first) + " " + format.string(frames: end)
    }
}

/// What an edit list does not say of itself: its frame rate, and which timecode is that of the film's first
/// picture, in the film and in the list.
struct EDLClock: Hashable {
    var rate: FrameRate
    var source: TimecodeLabel
    var record: TimecodeLabel

    init(_ grid: FrameGrid, _ times: TimecodeSpans) {
        rate = grid.rate
        (source, record) = (Self.zero, Self.zero)
        source = TimecodeLabel(times.format.string(frames: grid.sourceStart)) ?? Self.zero
        record = TimecodeLabel(times.format.string(frames: grid.recordStart)) ?? Self.zero
    }

    private static let zero = TimecodeLabel(number: 0)

    /// Reads `comment`; nil where `text` is none.
    init?(comment text: some StringProtocol) {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "," }).map { String($0) }
        guard words.count >= 8, words[0] == "FRAME", words[1] == "RATE", words[3] == "FILM",
            words[6] == "LIST", let rate = FrameRate(words[2]), let source = TimecodeLabel(words[5]),
            let record = TimecodeLabel(words[words.count - 1])
        else { return nil }
        self.rate = rate
        self.source = source
        self.record = record
    }

    var comment: String { "FRAME RATE \(rate), FILM FROM \(source), LIST FROM \(record)" }
}
