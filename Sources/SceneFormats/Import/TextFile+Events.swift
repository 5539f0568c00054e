package import SceneEvents
package import TextFiles

extension TextFile {
    /// Microseconds from where the film starts, as players count, to its first picture, as the `stream_start`
    /// says with which the text begins; nil where it begins otherwise.
    package var startOffset: Int64? {
        guard let first = lines.first?.text, first.hasPrefix("{"),
            let fields = try? EventFields(line: Array(first.utf8)[...]),
            let type: String = try? fields.find("type"), type == EventKind.streamStart.rawValue
        else { return nil }
        let offset: EventSeconds? = try? fields.find("start_offset")
        return offset?.microseconds ?? 0
    }

    /// Gives the fields of every line to `take`, with the line's number. The lines need not be a whole
    /// stream.
    package func eachEvent(
        _ take: (_ line: Int, _ fields: EventFields) throws(EventError) -> Void
    ) throws(TextFileError) {
        for line in lines {
            do throws(EventError) {
                try take(line.number, EventFields(line: Array(line.text.utf8)[...]))
            } catch {
                throw malformed(
                    error.description, line: line.number, remedy: "give the JSON lines that scened writes")
            }
        }
    }
}
