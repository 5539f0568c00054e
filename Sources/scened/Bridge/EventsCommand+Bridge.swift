import EventDelivery
import EventJournal
import Glibc
import Platform

extension EventsCommand {
    /// Hands events on to a command in batches, until there are no more or a signal ends it.
    ///
    /// - Throws: `CommandFailure`.
    func handOn(to command: String) async throws {
        let signals = ProcessSignals.install([SIGINT, SIGTERM])
        let file = EventPlaceFile(path: absolutePath(bridge.cursorFile ?? ""))
        let known = try Self.places(of: file)
        // A service that has not begun yet is waited for.
        if let state, !follow { try Self.check(state: absolutePath(state), feed: feed, isUnnamed: isUnnamed) }
        let program = BatchProgram(command, timeout: bridge.timeout ?? 60)
        let queue = EventQueue(limit: bridge.batch ?? 100)
        let start = known.map { EventStart.after($0) } ?? EventStart(after ?? "start") ?? .oldest

        let reading = Task { [self] in
            do {
                try await read(from: start, into: queue)
                await queue.end()
            } catch is CancellationError {
                // It was asked to stop.
                await queue.end()
            } catch {
                await queue.end(error)
            }
        }
        let delivering = Task { [self] in
            var bridge = EventBridge(
                program, file: file, places: known ?? [:], envelope: envelope ?? true,
                attempts: self.bridge.attempts, retryCap: self.bridge.retryCap ?? 30)
            try await bridge.run(queue)
        }
        let stopping = Task {
            for await _ in signals {
                delivering.cancel()
                reading.cancel()
                program.stop()
                await queue.close()
            }
        }
        let result = await delivering.result
        let isStopped = delivering.isCancelled
        stopping.cancel()
        reading.cancel()
        do {
            try result.get()
        } catch let failure as ServiceClient.Failure {
            throw CommandFailure(status: .cannotOpen, message: failure.description)
        } catch let error as DurableFileError {
            throw CommandFailure(status: .cannotOpen, message: error.description)
        }
        if isStopped { throw CommandFailure(status: ProcessSignals.status, message: "") }
    }

    /// `--after` is a cursor that names no feed.
    private var isUnnamed: Bool {
        guard case .after(let cursors)? = EventStart(after ?? "start") else { return false }
        return cursors[""] != nil
    }

    /// Takes the file for this process, and reads what it holds.
    private static func places(of file: EventPlaceFile) throws -> [String: JournalCursor]? {
        do {
            try file.lock()
        } catch let error as DurableFileError {
            throw CommandFailure(status: .cannotWrite, message: error.description)
        } catch {
            throw CommandFailure(status: .cannotWrite, message: "\(error)")
        }
        do {
            return try file.read()
        } catch let error as DurableFileError {
            throw CommandFailure(status: .cannotOpen, message: error.description)
        } catch {
            throw CommandFailure(status: .noVideo, message: "\(error)")
        }
    }

    /// Whether there is a journal to read.
    private static func check(state: String, feed: String?, isUnnamed: Bool) throws {
        do {
            let feeds = try JournalLayout.feeds(state: state, PosixFiles())
            guard feed.map(feeds.contains) ?? !feeds.isEmpty else {
                let known =
                    feeds.isEmpty
                    ? "it holds no journal; give the state directory of a service"
                    : "choose one with --feed: \(feeds.joined(separator: ", "))"
                throw CommandFailure(status: .cannotOpen, message: "'\(state)': \(known)")
            }
            guard feed != nil || feeds.count == 1 || !isUnnamed else {
                throw CommandFailure(
                    status: .usage,
                    message: "--after names no feed; write NAME=RUN:SEQ, or choose one with --feed")
            }
        } catch let error as DurableFileError {
            throw CommandFailure(status: .cannotOpen, message: error.description)
        }
    }

    /// Says on standard error that the service is waited for, and when it answers, in a few lines however
    /// long that takes; nil where it must run already.
    var absence: ((String?) -> Void)? {
        guard follow else { return nil }
        var troubles = TroubleReport()
        return { reason in
            let trouble = reason.map { "waiting for the service: \($0)" }
            Console.say(
                troubles.take(trouble, now: WallClock.monotonicSeconds()), recovery: "the service answers")
        }
    }

    private func read(from start: EventStart, into queue: EventQueue) async throws {
        if let state {
            try await read(journals: absolutePath(state), from: start, into: queue)
            return
        }
        try await ServiceClient(.unix(path: absolutePath(socket ?? Self.usualSocket))).follow(
            after: start.text, feed: feed, types: typeNames, away: absence
        ) { try await queue.put($0) }
    }

    private func read(journals state: String, from start: EventStart, into queue: EventQueue) async throws {
        let reading = JournalsReading(state: state, feed: feed, start: start, types: typeNames)
        var next = reading
        while !Task.isCancelled {
            // Disks may take long: not on one of the few threads that all tasks share.
            let current = next
            let (after, lines) = try await OwnThread.run {
                var reading = current
                let lines = try reading.next()
                return (reading, lines)
            }
            next = after
            if !lines.isEmpty { try await queue.put(lines) }
            guard lines.isEmpty else { continue }
            guard follow else { break }
            try await Task.sleep(for: .milliseconds(200))
        }
        Self.tell(next.damage, state: state)
    }
}
