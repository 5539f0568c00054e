import MediaOutput
import SceneEvents
import SceneFormats
import Timeline

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

/// Whether events are those of a film.
enum FilmFit {
    /// What does not fit, each on one line; none where nothing is odd. Containers may differ: a film that was
    /// remuxed keeps its times.
    static func misfits(_ log: EventLog, _ film: Film, _ events: String) -> [String] {
        var lines: [String] = []
        let media = log.start.media
        if media.codec != film.codec {
            lines.append("\(events) is of \(media.codec) video, and \(film.name) holds \(film.codec)")
        } else if film.size.height != media.height, film.size.width != media.height,
            film.size.width != media.width, film.size.height != media.width
        {
            let size = film.size
            lines.append(
                "\(events) is of \(media.width)x\(media.height) pictures, and \(film.name) holds "
                    + "\(size.width)x\(size.height)")
        }
        if let length = film.claimedLength, let last = log.scenes.last {
            let end = log.timeBase.seconds(last.end.ticks)
            if end > length + 1 || log.end?.reason == .end && end < length * 0.9 - 2 {
                lines.append(
                    "\(events) ends at \(ClockText.hours(end)), and \(film.name) at \(ClockText.hours(length))"
                )
            }
        }
        return lines.map { $0 + ": cuts may lie in wrong places; give the film that the events are of" }
    }
}

extension CommandFailure {
    /// The exit status that goes with a film that cannot be copied or written.
    init(_ error: OutputFailure) {
        let status: ExitStatus =
            switch error.code {
            case .cannotOpen: .cannotOpen
            case .unsupported: .noVideo
            case .damaged: .damaged
            case .cannotWrite: .cannotWrite
            case .consumerGone: .consumerGone
            case .usage: .usage
            case .interrupted: Interruption.status
            case .outOfMemory: .internalError
            }
        self.init(status: status, message: error.description)
    }
}
