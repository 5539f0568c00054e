internal import Synchronization

/// Counts the connections of a server.
final class ClientLimit: Sendable {
    private let count = Mutex(0)
    private let limit: Atomic<Int>
    private let report: @Sendable (Int) -> Void

    /// `report` is told the number whenever it changes.
    init(_ limit: Int, report: @escaping @Sendable (Int) -> Void) {
        self.limit = Atomic(limit)
        self.report = report
    }

    /// Takes another limit; connections that are there stay.
    func set(_ limit: Int) { self.limit.store(limit, ordering: .relaxed) }

    /// False where there are too many already.
    func enter() -> Bool {
        let entered: Int? = count.withLock { count in
            guard count < limit.load(ordering: .relaxed) else { return nil }
            count += 1
            return count
        }
        if let entered { report(entered) }
        return entered != nil
    }

    func leave() {
        report(
            count.withLock { count in
                count -= 1
                return count
            })
    }
}
