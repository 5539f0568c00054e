import SceneEvents
import SceneFormats

/// Events of a finished run, read as a whole.
enum EventLogInput {
    /// Says what is odd about them. `path` "-" is standard input. Throws `CommandFailure`.
    static func read(_ path: String) throws(CommandFailure) -> EventLog {
        let bytes = try InputFile.bytes(path, longestLine: EventLimits.longestLine)
        do throws(ExportError) {
            let log = try EventLog(reading: bytes)
            for warning in log.warnings { Console.say("\(path): \(warning)") }
            return log
        } catch {
            throw CommandFailure(status: .noVideo, message: "\(path): \(error.description)")
        }
    }
}
