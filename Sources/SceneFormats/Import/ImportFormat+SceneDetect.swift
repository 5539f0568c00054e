internal import TextFiles
internal import Timeline

extension ImportFormat {
    /// PySceneDetect's list of scenes (CSV, with or without its line of timecodes): frames, which it counts
    /// from 1, or seconds where both disagree.
    static let sceneDetect = ImportFormat(
        name: "PySceneDetect",
        remedy: "give the list of scenes that PySceneDetect writes, with its header line",
        recognizes: { file in
            file.beginning.hasPrefix("Timecode List") || file.beginning.hasPrefix("Scene Number")
        }, reader: .either(cuts: readSceneDetect, spans: readSceneDetectSpans))

    /// One row of PySceneDetect's list.
    private struct SceneRow {
        /// Counted from 0.
        var frame: Int64
        /// nil where the list has no column of seconds.
        var seconds: Double?
        /// The first frame after the scene, and its time.
        var end: Int64?
        var endSeconds: Double?
    }

    /// Frames are counted from 1 there; the first scene's start is no cut.
    ///
    /// PySceneDetect takes either the frames from the times or the times from the frames, at one rate for the
    /// whole film. Where one rate fits all of them, frames are exact. Where none does, the film's rate varies
    /// and the times are nearer to the pictures (PySceneDetect 0.7): most are those of the pictures meant,
    /// some those of a picture decoded just before or after. Our own tables, which are of the same form,
    /// count pictures: behind a loss no one rate fits them either, and number and time name one picture.
    private static func readSceneDetect(_ file: TextFile) throws(TextFileError) -> CutList {
        let rows = try sceneRows(file)
        let cuts = rows.dropFirst()
        guard !haveOneRate(rows), cuts.allSatisfy({ $0.seconds != nil }) else {
            return CutList(
                entries: cuts.map { CutList.Entry.cut($0.frame) }, pictureCount: rows.last?.end)
        }
        return CutList(
            entries: cuts.compactMap { row in
                row.seconds.map { CutList.Entry(at: .seconds($0), number: row.frame) }
            },
            slack: reordering)
    }

    /// The rows as stretches: in seconds where all have them.
    private static func readSceneDetectSpans(
        _ file: TextFile, _ rate: FrameRate?
    ) throws(TextFileError) -> SpanList {
        let rows = try sceneRows(file)
        if rows.allSatisfy({ $0.seconds != nil && $0.endSeconds != nil }) {
            return SpanList(
                spans: rows.compactMap { row in
                    row.seconds.map { .init(start: .seconds($0), end: row.endSeconds.map { .seconds($0) }) }
                })
        }
        return SpanList(
            spans: rows.map { .init(start: .frame($0.frame), end: $0.end.map { .frame($0) }) }, rate: rate,
            pictureCount: rows.last?.end)
    }

    private static func sceneRows(_ file: TextFile) throws(TextFileError) -> [SceneRow] {
        let lines = file.lines.drop { $0.text.hasPrefix("Timecode List") }
        let names = lines.first.map { $0.text.split(separator: ",", omittingEmptySubsequences: false) } ?? []
        guard let column = names.firstIndex(of: "Start Frame") else {
            throw file.malformed(
                "the column 'Start Frame' is missing", line: lines.first?.number, remedy: sceneDetect.remedy)
        }
        let secondsColumn = names.firstIndex(of: "Start Time (seconds)")
        let endColumn = names.firstIndex(of: "End Frame")
        let endSecondsColumn = names.firstIndex(of: "End Time (seconds)")
        var rows: [SceneRow] = []
        for line in lines.dropFirst() {
            let values = line.text.split(separator: ",", omittingEmptySubsequences: false)
            guard values.count == names.count, let frame = Int64(values[column]), frame > 0,
                Double(frame) <= CutListFile.limit
            else {
                throw file.malformed(
                    "'\(line.text)' is not a scene", line: line.number, remedy: sceneDetect.remedy)
            }
            func seconds(_ column: Int?) -> Double? {
                column.flatMap { Double(values[$0]) }.flatMap { 0...CutListFile.limit ~= $0 ? $0 : nil }
            }
            rows.append(
                SceneRow(
                    frame: frame - 1, seconds: seconds(secondsColumn),
                    end: endColumn.flatMap { Int64(values[$0]) }, endSeconds: seconds(endSecondsColumn)))
        }
        return rows
    }

    /// Seconds: three pictures, as far as decoders usually bring pictures into another order.
    private static let reordering = 0.12

    /// Some number of frames a second fits all frames and their times, which have three decimals.
    private static func haveOneRate(_ rows: [SceneRow]) -> Bool {
        var (lowest, highest) = (0.0, Double.infinity)
        func hold(_ frame: Int64?, _ seconds: Double?) {
            guard let frame, let seconds, frame > 0, Double(frame) <= CutListFile.limit else { return }
            lowest = max(lowest, Double(frame) / (seconds + 0.000_6))
            highest = min(highest, seconds > 0.000_6 ? Double(frame) / (seconds - 0.000_6) : .infinity)
        }
        for row in rows { hold(row.frame, row.seconds) }
        hold(rows.last?.end, rows.last?.endSeconds)
        return lowest <= highest
    }
}
