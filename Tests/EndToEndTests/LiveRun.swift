import Foundation
import TestSupport

/// A running `scened segment -`: bytes go in piece by piece, lines come out.
final class LiveRun {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errors: URL
    private var buffered = Data()
    private(set) var events: [Event] = []

    /// Starts the program; it is ended by force after `limit` seconds, so that a fault cannot hang the tests.
    init(_ arguments: [String], executable: URL = Program.scened, limit: Double = 120) throws {
        // A program that ended early must show as a failed write, not end the tests.
        signal(SIGPIPE, SIG_IGN)
        errors = try Scratch.file("stderr")
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.start()
        let identifier = process.processIdentifier
        let process = self.process
        DispatchQueue.global().asyncAfter(deadline: .now() + limit) {
            if process.isRunning { kill(identifier, SIGKILL) }
        }
    }

    /// Watches a feed until it is given up for the first time.
    static func untilBackoff(_ address: String) throws -> (status: Int32, errors: String, remainder: Data) {
        let run = try LiveRun(["watch", address, "--heartbeat", "0.5", "--verbose"], limit: 60)
        _ = run.event { $0.fields["state"] as? String == "backoff" }
        run.send(signal: SIGTERM)
        return try run.finish()
    }

    func write(_ data: Data) throws { try input.fileHandleForWriting.write(contentsOf: data) }

    func closeInput() throws { try input.fileHandleForWriting.close() }

    var identifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// Processes that the program has started and that still run.
    var children: [Int32] { Processes.children(of: process.processIdentifier) }

    func send(signal number: Int32) { kill(process.processIdentifier, number) }

    /// What the program has written to standard error so far.
    var said: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// The next event; nil once the program has closed its output.
    func nextEvent() -> Event? {
        while true {
            if let newline = buffered.firstIndex(of: 0x0a) {
                let line = String(decoding: buffered[buffered.startIndex..<newline], as: UTF8.self)
                buffered.removeSubrange(buffered.startIndex...newline)
                guard let event = Event(line) else { return nil }
                events.append(event)
                return event
            }
            let chunk = output.fileHandleForReading.availableData
            if chunk.isEmpty { return nil }
            buffered.append(chunk)
        }
    }

    /// Reads events until one satisfies `condition`; nil if the output ended first.
    func event(where condition: (Event) -> Bool) -> Event? {
        if let seen = events.first(where: condition) { return seen }
        while let event = nextEvent() { if condition(event) { return event } }
        return nil
    }

    /// Closes the reading end, as `head` does when it has enough.
    func closeOutput() throws { try output.fileHandleForReading.close() }

    /// Waits for the end and returns how it ended.
    func finish() throws -> (status: Int32, errors: String, remainder: Data) {
        while nextEvent() != nil {}
        process.waitUntilExit()
        let status =
            process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
        return (status, try String(contentsOf: errors, encoding: .utf8), buffered)
    }

    /// Waits for the end without reading on.
    func wait() throws -> (status: Int32, errors: String) {
        process.waitUntilExit()
        let status =
            process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
        return (status, try String(contentsOf: errors, encoding: .utf8))
    }
}
