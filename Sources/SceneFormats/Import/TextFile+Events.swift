package import SceneEvents
package import TextFiles

extension TextFile {
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
