/// All events of a stream, read as a whole.
///
/// Tolerated: blank lines, words and types of later versions (left out), lines delivered twice (`seq` does
/// not rise), a last line that breaks off. Refused: a second run.
package struct EventSequence: Sendable {
    /// Why a stream cannot be read: the number of the line, from 1, and what is wrong with it.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        package var line: Int
        package var error: EventError

        package var description: String { "line \(line) is not an event: \(error)" }
    }

    package private(set) var events: [Event] = []
    /// The last line broke off and was left out.
    package private(set) var isTorn = false

    /// Reads lines that newlines separate. O(bytes).
    package init(reading bytes: [UInt8]) throws(Fault) {
        var reader = EventReader()
        var (number, lastSequence) = (0, Int64(0))
        var run: String?
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { continue }
            if isTorn { throw Fault(line: number - 1, error: .notJSON) }
            do throws(EventError) {
                let fields = try EventFields(line: line)
                let type: String? = try fields.find("type")
                if type == EventKind.streamStart.rawValue {
                    let other: String? = try fields.find("run")
                    guard run == nil || run == other else { throw EventError.secondRun }
                    run = other
                }
                let sequence: Int64? = try fields.find("seq")
                if let sequence, sequence <= lastSequence { continue }
                lastSequence = sequence ?? lastSequence
                if let event = try reader.read(fields) { events.append(event) }
            } catch {
                guard error == .notJSON else { throw Fault(line: number, error: error) }
                isTorn = true
            }
        }
    }
}
