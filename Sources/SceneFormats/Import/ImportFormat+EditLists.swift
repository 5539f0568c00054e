internal import JSONText
internal import TextFiles
internal import Timeline

extension ImportFormat {
    /// CMX 3600: one scene per video event, by its place in the source, from the film's first picture, or
    /// from the first event where the list does not say which timecode that picture has.
    static let editList: ImportFormat = ImportFormat(
        name: "CMX 3600",
        remedy: "give an edit list in the CMX 3600 layout", counting: .framesAtRate,
        recognizes: { $0.lines.first?.text.hasPrefix("TITLE:") ?? false }, reader: .spans(readEditList))

    /// OpenTimelineIO: the clips of the first video track, by their place in the track.
    static let otio: ImportFormat = ImportFormat(
        name: "OpenTimelineIO", remedy: "give a timeline of OpenTimelineIO with one video track (.otio)",
        counting: .framesAtRate,
        recognizes: { file in
            file.beginning.hasPrefix("{") && file.text.prefix(4096).contains("\"OTIO_SCHEMA\"")
        },
        reader: .spans(readTimeline))

    /// Aegisub's key frames: first frames of shots, from 0.
    static let keyframes: ImportFormat = ImportFormat(
        name: "Aegisub key frames", remedy: "write '# keyframe format v1', 'fps 0' and a frame on each line",
        recognizes: { $0.lines.first?.text == "# keyframe format v1" },
        reader: .spans { file, rate throws(TextFileError) in
            let lines = file.lines.dropFirst().filter { !$0.text.hasPrefix("#") && !$0.text.hasPrefix("fps") }
            return try frames(of: file, lines, rate, keyframes) { $0 }
        })

    /// x264's QP file: key frames, of type I or K.
    static let qpfile: ImportFormat = ImportFormat(
        name: "QP file", remedy: "write a frame, its type and -1 on each line, such as 120 I -1",
        recognizes: { file in
            let fields = file.beginning.split(separator: " ")
            return 2...3 ~= fields.count && Int64(fields[0]) != nil && "IiKPBb".contains(fields[1])
                && fields[1].count == 1
        },
        reader: .spans { file, rate throws(TextFileError) in
            let lines = file.lines.filter { line in
                let fields = line.text.split(separator: " ")
                return !line.text.hasPrefix("#")
                    && !(fields.count > 1 && ["i", "P", "B", "b"].contains(fields[1]))
            }
            return try frames(of: file, lines, rate, qpfile) {
                $0.split(separator: " ").first.map(String.init) ?? ""
            }
        })

    private static func frames(
        of file: TextFile, _ lines: [TextFile.Line], _ rate: FrameRate?, _ format: ImportFormat,
        _ number: (String) -> String
    ) throws(TextFileError) -> SpanList {
        var spans: [SpanList.Span] = []
        for line in lines {
            guard let frame = Int64(number(line.text)), frame >= 0 else {
                throw file.malformed(
                    "'\(line.text)' is not a frame", line: line.number, remedy: format.remedy)
            }
            spans.append(.init(start: .frame(frame)))
        }
        return SpanList(spans: spans, rate: rate)
    }

    private struct EditEvent {
        var line: Int
        var first: TimecodeLabel
        var end: TimecodeLabel
        /// As the last FCM line in front of it says.
        var isDropFrame: Bool
    }

    private static func readEditList(_ file: TextFile, _ given: FrameRate?) throws(TextFileError) -> SpanList
    {
        var (events, clock, rate) = ([EditEvent](), EDLClock?.none, given)
        var isDropFrame = false
        for line in file.lines {
            if line.text.uppercased().hasPrefix("FCM:") {
                isDropFrame = line.text.dropFirst(4).drop { $0 == " " }.uppercased() == "DROP FRAME"
                continue
            }
            if line.text.hasPrefix("*") {
                let comment = line.text.dropFirst().drop { $0 == " " }
                let content = comment.hasPrefix("COMMENT:") ? comment.dropFirst(8) : comment
                clock = clock ?? EDLClock(comment: content)
                if content.uppercased().hasPrefix("FRAME RATE:") {
                    let value = content.dropFirst(11).split(separator: " ").first ?? ""
                    rate = rate ?? FrameRate(String(value))
                }
                continue
            }
            guard let first = line.text.utf8.first, (0x30...0x39).contains(first) else { continue }
            let fields = line.text.split(separator: " ")
            guard fields.count >= 8 else {
                throw file.malformed(
                    "'\(line.text)' is not an event", line: line.number, remedy: editList.remedy)
            }
            // Black, as in front of a film: no clip of it.
            if fields[1] == "BL" { continue }
            // Sound alone changes no picture.
            guard fields[2].contains("V") || fields[2] == "B" || fields[2] == "NONE" else { continue }
            let labels = fields.suffix(4).map { TimecodeLabel(String($0)) }
            guard let source = labels[0], let end = labels[1], labels[2] != nil, labels[3] != nil else {
                throw file.malformed(
                    "'\(line.text)' has no four timecodes", line: line.number, remedy: editList.remedy)
            }
            // The first half of a dissolve shows the event before.
            if source == end { continue }
            events.append(EditEvent(line: line.number, first: source, end: end, isDropFrame: isDropFrame))
        }
        rate = rate ?? clock?.rate
        guard let rate else {
            if events.isEmpty { return SpanList(spans: []) }
            throw file.malformed(
                "does not say its frame rate", remedy: "add a line such as '* FRAME RATE: 25' at its end")
        }
        func count(
            _ label: TimecodeLabel, _ line: Int, isDropFrame: Bool
        ) throws(TextFileError) -> Int64 {
            // Some programs write colons in both modes, and tell them apart by the FCM line alone.
            if isDropFrame, !label.isDropFrame, rate.isNTSC, rate.labelsPerSecond % 30 == 0 {
                var label = label
                label.isDropFrame = true
                if let count = label.frameCount(labelsPerSecond: rate.labelsPerSecond) { return count }
            }
            guard let count = label.frameCount(labelsPerSecond: rate.labelsPerSecond) else {
                throw file.malformed(
                    "the timecode \(label) does not exist at \(rate) frames a second", line: line,
                    remedy: editList.remedy)
            }
            return count
        }
        var origin: Int64 = 0
        if let clock, let source = clock.source.frameCount(labelsPerSecond: rate.labelsPerSecond) {
            origin = source
        } else if let first = events.first {
            origin = try count(first.first, first.line, isDropFrame: first.isDropFrame)
        }
        var spans: [SpanList.Span] = []
        for event in events {
            let start = try count(event.first, event.line, isDropFrame: event.isDropFrame) - origin
            let end = try count(event.end, event.line, isDropFrame: event.isDropFrame) - origin
            spans.append(.init(start: .frame(start), end: .frame(end)))
        }
        return SpanList(spans: spans, rate: rate, isOwn: clock != nil)
    }

    private static func readTimeline(_ file: TextFile, _ given: FrameRate?) throws(TextFileError) -> SpanList
    {
        guard let root = JSONValue(parsing: Array(file.text.utf8)[...]),
            let tracks = root["tracks"]?["children"]?.elements,
            let track = tracks.first(where: { ($0["kind"]?.string ?? "Video") == "Video" }),
            let children = track["children"]?.elements
        else { throw file.malformed("holds no video track", remedy: otio.remedy) }
        var (spans, seconds, frames, rate) = ([SpanList.Span](), 0.0, Int64(0), Double?.none)
        var isWhole = true
        var times: [(start: Double, end: Double)] = []
        for (index, child) in children.enumerated() {
            let schema = child["OTIO_SCHEMA"]?.string ?? ""
            if schema.hasPrefix("Transition.") { continue }
            let media = child["media_references"]?[child["active_media_reference_key"]?.string ?? ""]
            let range =
                child["source_range"].flatMap { $0.kind == .object ? $0 : nil }
                ?? (media ?? child["media_reference"])?["available_range"]
            guard let duration = range?["duration"], let value = duration["value"]?.double,
                let itemRate = duration["rate"]?.double, value >= 0, itemRate > 0,
                value / itemRate <= CutListFile.limit
            else { throw file.malformed("child \(index + 1) of the track has no range", remedy: otio.remedy) }
            isWhole =
                isWhole && (rate ?? itemRate) == itemRate && value == value.rounded()
                && value <= CutListFile.limit
            rate = rate ?? itemRate
            let (start, first) = (seconds, frames)
            seconds += value / itemRate
            if isWhole { frames += Int64(value) }
            guard seconds <= CutListFile.limit, Double(frames) <= CutListFile.limit else {
                throw file.malformed("is longer than any film", remedy: otio.remedy)
            }
            // A gap that was written as a clip is one all the same.
            if schema.hasPrefix("Gap.")
                || child["metadata"]?["scened"]?["id"]?.string?.hasPrefix("gap/") == true
            {
                continue
            }
            times.append((start, seconds))
            spans.append(.init(start: .frame(first), end: .frame(frames)))
        }
        guard isWhole else {
            return SpanList(spans: times.map { .init(start: .seconds($0.start), end: .seconds($0.end)) })
        }
        return SpanList(
            spans: spans, rate: given ?? rate.flatMap(FrameRate.init(near:)),
            isOwn: root["metadata"]?["scened"]?["frame_rate"] != nil)
    }
}
