import JSONText
import Timeline

extension ExportFormat {
    package static let csv = ExportFormat(
        name: "csv", suffix: ".csv", summary: "a table of scenes: times, frames, scores, shots", CSVWriter())
}

/// A table with one row per scene (RFC 4180: header, comma, CRLF). Unknown values are empty cells. Seconds
/// count from the start of the file, in whole microseconds that are never before their picture; `end` values
/// are those of the first instant after the scene. Scenes count from 1; pictures and shots count from 0, as
/// in events. Where the run was asked for blocks, a further column names the kind of block that a scene
/// lies in; where scenes have tags, another one holds them.
struct CSVWriter: LogWriter {
    private static let header = [
        "scene", "start_seconds", "end_seconds", "start_frame", "end_frame", "start_timecode", "end_timecode",
        "end_reason", "score", "first_shot", "last_shot", "shots",
    ]

    func write(_ list: ExportList) throws(ExportError) -> [String] {
        let log = list.log
        // Tables of runs without blocks and tags stay as they were before there were any.
        var text = row(Self.header + (log.hasBlocks ? ["block"] : []) + (log.hasTags ? ["tags"] : []))
        for (index, scene) in log.scenes.enumerated() {
            let cells = [
                "\(index + 1)",
                JSONLine.decimal(micro: log.timeBase.ceiling(scene.start.ticks, perSecond: 1_000_000)),
                JSONLine.decimal(micro: log.timeBase.ceiling(scene.end.ticks, perSecond: 1_000_000)),
                cell(scene.start.frame), cell(scene.end.frame),
                cell(scene.start.timecode), cell(scene.end.timecode),
                scene.endReason?.rawValue ?? "",
                scene.score.map { JSONLine.decimal(micro: Int64($0.millionths)) } ?? "",
                "\(scene.firstShot)", "\(scene.lastShot)", "\(scene.lastShot - scene.firstShot + 1)",
            ]
            text += row(
                cells + (log.hasBlocks ? [scene.block?.rawValue ?? ""] : [])
                    + (log.hasTags ? [quoted(scene.tags)] : []))
        }
        return [text]
    }

    /// Tags may hold any text.
    private func quoted(_ tags: [String]) -> String {
        if tags.isEmpty { return "" }
        let line = singleLine(tags)
        return "\"" + replacing(line, ["\"": "\"\""]) + "\""
    }

    /// No other cell needs quotes: all are numbers, timecodes or words of the grammar.
    private func row(_ cells: [String]) -> String { cells.joined(separator: ",") + "\r\n" }

    private func cell(_ value: (some CustomStringConvertible)?) -> String { value?.description ?? "" }
}
