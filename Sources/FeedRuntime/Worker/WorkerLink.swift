internal import Platform
internal import Timeline

/// A feed's side of its worker: messages as they come, and how it ended. Owned by the feed's thread.
final class WorkerLink {
    private let process: WorkerProcess
    private var frames = FrameBuffer()
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)
    /// What the worker said of the end of its input.
    private var said: WorkerEnding?

    /// How far a turn of reading came.
    enum Turn {
        /// Everything that has come was taken.
        case caughtUp
        /// The time was up first: there may be more.
        case behind
        /// The worker is gone, and everything that it sent was taken. Ask for nothing more.
        case over(WorkerLoss)
    }

    /// - Parameter process: runs, and nothing was read from it.
    init(_ process: WorkerProcess) { self.process = process }

    /// Readable when there is something to read.
    var descriptor: Int32 { process.descriptor }

    /// Hands over what the worker has sent, in order; waits for nothing but the end of a worker that breaks
    /// the rules.
    ///
    /// - Parameters:
    ///   - limit: seconds of the monotonic clock at which to stop after a message.
    ///   - take: what it throws ends the worker.
    /// - Returns: how far it came.
    func read(until limit: Double, _ take: (WorkerMessage) throws(WireError) -> Void) -> Turn {
        while true {
            do throws(WireError) {
                while let bytes = try frames.next() {
                    let message = try WorkerMessage(message: bytes)
                    if case .ending(let ending) = message { said = ending }
                    try take(message)
                    if WallClock.monotonicSeconds() > limit { return .behind }
                }
            } catch {
                process.end()
                _ = process.reap()
                return .over(.died("its reader broke the rules (\(error.reason))"))
            }
            guard let count = process.read(into: &chunk) else { return .caughtUp }
            guard count > 0 else { return .over(loss) }
            frames.append(chunk[..<count])
        }
    }

    /// Waits for the end of the process, whose socket is closed.
    private var loss: WorkerLoss {
        process.end()
        let exit = process.reap()
        if let said { return .ended(said) }
        switch exit {
        case .signal(let number): return .died("its reader was ended by signal \(number)")
        case .status(let status): return .died("its reader left with status \(status)")
        }
    }

    /// Asks the worker to finish what it has.
    func askToStop() { process.askToStop() }

    /// Asks the worker to leave out at least so much.
    func askToLeaveOut(_ step: Relief.Step) { process.askToLeaveOut(step) }

    /// Ends the worker at once, whatever it waits for; `read` then says so.
    func end() { process.end() }
}
