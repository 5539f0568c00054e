import Timeline

extension ExportFormat {
    package static let edl = ExportFormat(
        name: "edl", suffix: ".cmx.edl", summary: "edit list for editing programs (CMX 3600)",
        options: [.title, .label, .of, .media, .startTimecode, .rate, .fcm], EDLWriter())
}

/// An edit decision list in the CMX 3600 layout: one video cut per entry, `out` behind its last frame.
///
/// Record times equal source times unless an option sets them, so that the list lies on the film as it is;
/// gaps stay empty. Source times are the film's own timecodes. The layout cannot state the frame rate: the
/// program that reads the list must be told, and a comment says it. Event numbers have three digits, so that
/// a list of more than 999 entries takes several files. Gradual transitions are cuts at their middle, with
/// their range in a comment.
struct EDLWriter: LogWriter {
    /// Longest title and clip name; readers of fixed columns cut what is longer.
    static let longestText = 70
    static let mostEvents = 999

    func write(_ list: ExportList) throws(ExportError) -> [String] {
        let grid = try FrameGrid(list, format: "edl")
        let times = try TimecodeSpans(grid, format: "edl")
        let head = Self.head(list, times, omitsMode: list.options.frameCodeMode == .some(.none))
        let name = String(singleLine(list.media.name).prefix(Self.longestText))
        let transitions = Dictionary(
            list.log.shots.map { (LoggedInstant($0.start, of: list.log.start).ticks, $0.transition) },
            uniquingKeysWith: { $1 })
        var files: [String] = []
        for first in stride(from: 0, to: max(list.entries.count, 1), by: Self.mostEvents) {
            var text = head
            for (index, entry) in list.entries[first...].prefix(Self.mostEvents).enumerated() {
                let frames = grid.range(entry)
                let source = try times.span(frames, from: grid.sourceStart, of: entry)
                let record = try times.span(frames, from: grid.recordStart, of: entry)
                text += "\n\(padded(index + 1, to: 3))  AX       V     C        \(source) \(record)\n"
                if !name.isEmpty { text += "* FROM CLIP NAME: \(name)\n" }
                if index == 0 { text += comment(EDLClock(grid, times).comment) }
                text += comment(note(entry, list))
                if !entry.tags.isEmpty { text += comment("TAGS: \(entry.tagLine)") }
                if let transition = transitions[entry.start], let mixed = transition.mixed {
                    let places = [mixed.lowerBound, mixed.upperBound].map { instant in
                        times.format.string(
                            frames: grid.sourceStart
                                + grid.position(LoggedInstant(instant, of: list.log.start).ticks))
                    }
                    let kind = transition.kind.rawValue.uppercased().replacing("_", with: " ")
                    text += comment("\(kind) FROM \(places[0]) TO \(places[1])")
                }
            }
            files.append(text)
        }
        return files
    }

    /// The lines in front of the first event. Nothing may stand before the title.
    static func head(_ list: ExportList, _ times: TimecodeSpans, omitsMode: Bool) -> String {
        let name = String(singleLine(list.title).prefix(Self.longestText))
        let mode = times.format.isDropFrame ? "DROP FRAME" : "NON-DROP FRAME"
        return "TITLE: \(name)\n" + (omitsMode ? "" : "FCM: \(mode)\n")
    }

    private func comment(_ text: String) -> String { "* COMMENT: \(text)\n" }

    private func note(_ entry: ExportEntry, _ list: ExportList) -> String {
        if list.options.label != nil { return singleLine(entry.label) }
        let shots = entry.kind == .scene ? entry.shots : nil
        return "\(entry.kind.rawValue.uppercased()) \(entry.number)"
            + (shots.map { ", SHOTS \($0.lowerBound) TO \($0.upperBound)" } ?? "")
    }
}
