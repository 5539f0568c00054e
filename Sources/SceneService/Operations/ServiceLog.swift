package import EventDelivery
internal import Platform
internal import Glibc
package import Logging
internal import Synchronization

/// Writes log lines to standard error: one line, one `write`, `key=value` after the message, no secrets, at a
/// limited rate per feed. Under systemd each line begins with its priority (`<4>`), which journald takes off
/// (sd-daemon(3)).
package struct ServiceLog: LogHandler {
    /// Its own where one was given, else that of the output.
    package var logLevel: Logger.Level {
        get { own ?? output.level }
        set { own = newValue }
    }
    package var metadata: Logger.Metadata = [:]

    private let label: String
    private let output: Output
    private var own: Logger.Level?

    /// What all handlers of a process share.
    package final class Output: Sendable {
        private let limiter: Mutex<LogLimiter>
        private let threshold: Mutex<Logger.Level>
        private let hasPriorities: Bool
        private let sink: @Sendable (String) -> Void
        private let board: ServiceBoard?

        /// - Parameters:
        ///   - linesPerMinute: per feed, below `error`.
        ///   - hasPriorities: journald reads standard error (`JOURNAL_STREAM` is set).
        ///   - board: told how many lines were left out.
        ///   - level: the least that is written, where a handler has none of its own.
        ///   - sink: takes finished lines, newline included.
        package init(
            linesPerMinute: Int, hasPriorities: Bool, board: ServiceBoard?, level: Logger.Level = .info,
            sink: @escaping @Sendable (String) -> Void = Output.standardError
        ) {
            threshold = Mutex(level)
            limiter = Mutex(LogLimiter(perMinute: linesPerMinute))
            self.hasPriorities = hasPriorities
            self.board = board
            self.sink = sink
        }

        /// The least that is written.
        package var level: Logger.Level { threshold.withLock { $0 } }

        /// Takes over another configuration, for all loggers of the process.
        package func set(_ configuration: LogConfiguration) {
            threshold.withLock { $0 = configuration.threshold }
            limiter.withLock { $0.perMinute = Double(configuration.linesPerMinute) }
        }

        package static let standardError: @Sendable (String) -> Void = { line in
            try? PosixFiles().append(Array(line.utf8), to: DurableFileHandle(number: STDERR_FILENO))
        }

        func write(
            _ line: String, level: Logger.Level, key: String, now: Double = WallClock.monotonicSeconds()
        ) {
            let (verdict, total) = limiter.withLock { limiter in
                (limiter.verdict(key: key, isUrgent: level >= .error, now: now), limiter.suppressed)
            }
            guard case .write(let suppressed) = verdict else {
                // Threads come here in any order.
                board?.update { $0.suppressedLogLines = max($0.suppressedLogLines, total) }
                return
            }
            var text = hasPriorities ? "<\(Self.priority(level))>" : "scened: \(level): "
            text += line
            if suppressed > 0 { text += " suppressed=\(suppressed)" }
            sink(LineText.shown(Secrets.redacted(text.replacing("\n", with: " "))) + "\n")
        }

        /// syslog(3).
        private static func priority(_ level: Logger.Level) -> Int {
            switch level {
            case .critical: 2
            case .error: 3
            case .warning: 4
            case .notice: 5
            case .info: 6
            case .debug, .trace: 7
            }
        }
    }

    /// `level`: the least that is written; nil is the output's, also where that changes.
    package init(label: String, level: Logger.Level? = nil, output: Output) {
        self.label = label
        own = level
        self.output = output
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        var line = "\(event.message)"
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(Self.quoted("\(value)"))"
        }
        output.write(line, level: event.level, key: all["feed"].map { "\($0)" } ?? label)
    }

    private static func quoted(_ text: String) -> String {
        guard text.isEmpty || text.contains(where: { " \"=\n\t".contains($0) }) else { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

extension LogConfiguration {
    /// `level`, as loggers take it.
    package var threshold: Logger.Level { Logger.Level(rawValue: level) ?? .info }
}
