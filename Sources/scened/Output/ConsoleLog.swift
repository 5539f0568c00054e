import Logging

/// Log lines on standard error, for people at a terminal: `scened: message (name: value, ...)`.
struct ConsoleLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(level: Logger.Level) { logLevel = level }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = all.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        Console.say("\(event.message)" + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"))
    }
}
