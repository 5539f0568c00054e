/// Standard output of a batch, for the threads that tell of films: one line at a time, by whoever holds the
/// batch's lock. Whoever read the lines may be gone; the films are wanted all the same.
final class BatchOutlet: Sendable {
    let isTerminal: Bool

    init() { isTerminal = LineOutput.standardOutput().isTerminal }

    /// Writes a line, with its newline.
    func write(_ line: String) { try? LineOutput.standardOutput().write(line) }
}
