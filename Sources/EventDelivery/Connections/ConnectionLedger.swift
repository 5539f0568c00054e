/// Who is connected to one server: who has to go, and who may read events. A value that is told the time, in
/// seconds of one clock.
///
/// Connections that do not read events have a number of places of their own: a newcomer always gets one, and
/// the one that has waited longest for a request gives up its place. So neither readers nor idle connections
/// keep a page from being asked for.
package struct ConnectionLedger: Sendable {
    /// What a connection is doing.
    package enum Phase: Hashable, Sendable {
        /// No whole request has come since then.
        case asking(since: Double)
        /// A page has been written since then.
        case answering(since: Double)
        /// It reads events, at its own pace, for as long as it likes.
        case reading
    }

    /// Seconds that a client may take for a request, and for taking the answer.
    package let patience: Double
    /// Most connections that do not read events; those that are there stay when it falls.
    package var visitorLimit: Int
    /// Most connections that read events; those that are there stay when it falls.
    package var readerLimit: Int
    package private(set) var phases: [Int: Phase] = [:]
    private var lastNumber = 0

    package init(readerLimit: Int, visitorLimit: Int, patience: Double) {
        (self.readerLimit, self.visitorLimit, self.patience) = (readerLimit, visitorLimit, patience)
    }

    package var readerCount: Int { phases.values.count { $0 == .reading } }

    /// A connection has come.
    ///
    /// - Returns: its number, and the one that has to go for it.
    package mutating func enter(now: Double) -> (number: Int, leaving: Int?) {
        let leaving = phases.count - readerCount >= visitorLimit ? longestWaiting() : nil
        if let leaving { phases[leaving] = nil }
        lastNumber += 1
        phases[lastNumber] = .asking(since: now)
        return (lastNumber, leaving)
    }

    /// A whole request has come.
    package mutating func answer(_ number: Int, now: Double) {
        switch phases[number] {
        case .asking: phases[number] = .answering(since: now)
        case .answering, .reading, nil: break
        }
    }

    /// Its answer is written; the next request may come.
    package mutating func ask(_ number: Int, now: Double) {
        switch phases[number] {
        case .answering: phases[number] = .asking(since: now)
        case .asking, .reading, nil: break
        }
    }

    /// It wants to read events. False where too many do already, or it has to go.
    package mutating func read(_ number: Int) -> Bool {
        switch phases[number] {
        case .asking, .answering:
            guard readerCount < readerLimit else { return false }
            phases[number] = .reading
            return true
        case .reading: return true
        case nil: return false
        }
    }

    /// A connection has gone.
    package mutating func leave(_ number: Int) { phases[number] = nil }

    /// Takes out those that have tried the patience, and names them.
    package mutating func takeOverdue(now: Double) -> [Int] {
        let overdue = phases.filter { _, phase in
            switch phase {
            case .asking(let since), .answering(let since): now - since > patience
            case .reading: false
            }
        }.keys.sorted()
        for number in overdue { phases[number] = nil }
        return overdue
    }

    /// The one that has waited longest for a request; where all are being answered, the one that is longest
    /// at it.
    private func longestWaiting() -> Int? {
        func rank(_ entry: (key: Int, value: Phase)) -> (Int, Double, Int) {
            switch entry.value {
            case .asking(let since): (0, since, entry.key)
            case .answering(let since): (1, since, entry.key)
            case .reading: (2, 0, entry.key)
            }
        }
        return phases.min { rank($0) < rank($1) }?.key
    }
}
