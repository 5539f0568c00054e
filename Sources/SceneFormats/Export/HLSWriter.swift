import JSONText
import SceneEvents
import Timeline

extension ExportFormat {
    package static let hls = ExportFormat(
        name: "hls", suffix: ".daterange.m3u8part", summary: "EXT-X-DATERANGE tags for an HLS playlist",
        options: [.of, .programDateTime], HLSWriter())
}

/// `EXT-X-DATERANGE` tags (RFC 8216, 4.3.2.7) for a packager to put into a media playlist: one for each
/// final entry and each gap, on the clock of the playlist's `EXT-X-PROGRAM-DATE-TIME`. Nothing of a tag is
/// ever revised: players ignore a second tag of the same ID that differs.
struct HLSWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        guard let origin = list.options.programDateTime ?? WallTime(list.log.start.wall) else {
            throw .notExpressible(
                format: "hls", entry: nil,
                reason: "its start has no wall-clock time (give --program-date-time 2026-01-02T03:04:05Z)")
        }
        var text = "# Times count from \(origin)\n"
        for entry in list.filled {
            let (start, end) = (list.milliseconds(entry.start), list.milliseconds(entry.end))
            text += "#EXT-X-DATERANGE:ID=\"\(entry.id)\",CLASS=\"org.scened.\(entry.kind.rawValue)\""
            text += ",START-DATE=\"\(WallTime(milliseconds: origin.milliseconds + start))\""
            text += ",DURATION=\(secondsText(milliseconds: end - start))"
            if let score = entry.score {
                text += ",X-SCORE=" + JSONLine.decimal(micro: Int64(score.millionths))
            }
            if !entry.tags.isEmpty {
                // A quoted string holds no quotation marks.
                text += ",X-TAGS=\"\(replacing(entry.tagLine, ["\"": "'"]))\""
            }
            text += "\n"
        }
        return [text]
    }
}
