package import Platform
package import NIOCore

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

    /// Forgets the open file (SIGHUP).
    package func reopen() {
        if case .file = target, let handle { files.close(handle) }
        handle = nil
    }

    private func append(_ bytes: [UInt8], to path: String) throws(DurableFileError) {
        if let handle, !files.isOpen(handle, at: path) {
            files.close(handle)
            self.handle = nil
        }
        if handle == nil { handle = try files.openForAppending(path) }
        guard let handle else { return }
        let length = try files.facts(of: path)?.size ?? 0
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
