internal import JSONText
package import NIOCore
package import Platform

/// Appends events to a file or to standard output. Several feeds may share one.
///
/// A file that was renamed or removed, as log rotation does, is created anew before the next batch; so is any
/// after `reopen`.
package actor FileOutput: EventSink {
    private enum Target {
        case standardOutput
        case file(path: String)
    }

    private let target: Target
    private let envelope: Bool
    private let loop: any EventLoop
    private let files: any DurableFiles
    private var handle: DurableFileHandle?

    package nonisolated var batchLimit: Int { .max }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - path: nil for standard output.
    ///   - envelope: whether each event stands in an envelope.
    ///   - loop: a thread that may wait for the disk or for whoever reads standard output.
    ///   - files: the file system.
    package init(path: String?, envelope: Bool, loop: any EventLoop, files: any DurableFiles) {
        target = path.map { .file(path: $0) } ?? .standardOutput
        self.envelope = envelope
        self.loop = loop
        self.files = files
    }

    deinit {
        if case .file = target, let handle { files.close(handle) }
    }

    package func deliver(_ batch: EventFollower.Batch) throws {
        let bytes = DeliveredLine.lines(batch, envelope: envelope)
        switch target {
        case .standardOutput:
            do throws(DurableFileError) {
                try files.append(bytes, to: DurableFileHandle(number: 1))
            } catch {
                // EPIPE: whoever read has left, and standard output cannot be opened again.
                throw SinkFailure(description: error.reason, isFinal: error.code == 32)
            }
        case .file(let path): try append(bytes, to: path)
        }
    }

    /// Why no event can be kept at `path`, whatever is tried; nil where a file stands there, or nothing.
    package static func refusal(of path: String) -> String? {
        guard FileKind(path: path) == .other else { return nil }
        return "'\(path)' is a FIFO, a socket or a device, which keeps no events; "
            + "choose another path, or `to: stdout`"
    }

    /// Forgets the open file (SIGHUP).
    package func reopen() {
        if case .file = target, let handle { files.close(handle) }
        handle = nil
    }

    /// Longest event. A line that is longer is not of this file's writer.
    private static let longestLine: Int64 = 64 << 20

    /// Makes the file end with a whole line: a process that was killed while it wrote may have left the
    /// beginning of an event, and the batch comes again. Anything else stays, as a line of its own.
    ///
    /// - Returns: bytes of the file then.
    private func mend(
        _ path: String, _ handle: DurableFileHandle, length: Int64
    ) throws(DurableFileError) -> Int64 {
        guard length > 0, try files.read(path, from: length - 1, count: 1) != [Self.newline] else {
            return length
        }
        var start = length
        var end: Int64?
        while end == nil, start > max(0, length - Self.longestLine) {
            let piece = min(start, 1 << 16)
            start -= piece
            let bytes = try files.read(path, from: start, count: Int(piece))
            end = bytes.lastIndex(of: Self.newline).map { start + Int64($0) + 1 }
        }
        if let torn = end ?? (start == 0 ? 0 : nil) {
            let line = try files.read(path, from: torn, count: Int(length - torn))
            if line.first == Self.brace, JSONValue(parsing: line[...]) == nil {
                try files.truncate(handle, to: torn)
                return torn
            }
        }
        try files.append([Self.newline], to: handle)
        return length + 1
    }

    private static let newline = UInt8(ascii: "\n")
    private static let brace = UInt8(ascii: "{")

    private func append(_ bytes: [UInt8], to path: String) throws(DurableFileError) {
        if let handle, !files.isOpen(handle, at: path) {
            files.close(handle)
            self.handle = nil
        }
        var length = try files.facts(of: path)?.size ?? 0
        if handle == nil {
            let opened = try files.openForAppending(path)
            do throws(DurableFileError) {
                length = try mend(path, opened, length: length)
            } catch {
                files.close(opened)
                throw error
            }
            handle = opened
        }
        guard let handle else { return }
        do throws(DurableFileError) {
            try files.append(bytes, to: handle)
            try files.sync(handle)
        } catch {
            // The batch comes again as a whole: what there is of it would stand twice.
            try? files.truncate(handle, to: length)
            throw error
        }
    }
}
