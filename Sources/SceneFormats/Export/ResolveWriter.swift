import Timeline

extension ExportFormat {
    package static let resolve = ExportFormat(
        name: "resolve", suffix: ".markers.edl", summary: "timeline markers for DaVinci Resolve (EDL)",
        options: [.title, .label, .of, .startTimecode, .rate, .fcm], ResolveWriter())
}

/// Markers for "Timeline Markers from EDL" of DaVinci Resolve: an event of one frame for each entry, with
/// color, name and length in a line of their own. The timeline begins at 01:00:00:00, as Resolve makes it,
/// unless an option says otherwise.
struct ResolveWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        let grid = try FrameGrid(list, format: "resolve", recordStart: TimecodeLabel("01:00:00:00"))
        let times = try TimecodeSpans(grid, format: "resolve")
        let head = EDLWriter.head(list, times, omitsMode: list.options.frameCodeMode == .some(.none))
        var files: [String] = []
        for first in stride(from: 0, to: max(list.entries.count, 1), by: EDLWriter.mostEvents) {
            var text = head
            for (index, entry) in list.entries[first...].prefix(EDLWriter.mostEvents).enumerated() {
                let start = grid.range(entry).lowerBound
                let span = try times.span(start..<(start + 1), from: grid.recordStart, of: entry)
                let name = replacing(singleLine(entry.label), ["|": "/"])
                text += "\n\(padded(index + 1, to: 3))  001      V     C        \(span) \(span)\n"
                text += " |C:ResolveColorBlue |M:\(name) |D:1\n"
            }
            files.append(text)
        }
        return files
    }
}
