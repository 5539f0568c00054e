/// The best of many scenes: a value that takes one after the other.
///
/// The order is total (score down, then the recording's name, then time, then row), so that neither the order
/// in which scenes come nor the number of threads shows. Memory: twice as many as are wanted.
struct NearestScenes: Sendable {
    struct Entry: Hashable, Sendable, Comparable {
        var score: Float
        /// Of the recording, in the order of names.
        var rank: Int
        /// Microseconds.
        var start: Int64
        var row: Int

        /// Better ones first.
        static func < (left: Entry, right: Entry) -> Bool {
            if left.score != right.score { return left.score > right.score }
            return (left.rank, left.start, left.row) < (right.rank, right.start, right.row)
        }
    }

    private let count: Int
    private var entries: [Entry] = []
    /// What scores less is not among the best.
    private(set) var bar: Float

    /// - Parameters:
    ///   - count: how many are wanted, at least 1.
    ///   - minimumScore: of each.
    init(count: Int, minimumScore: Float) {
        precondition(count > 0, "some are wanted")
        (self.count, bar) = (count, minimumScore)
    }

    /// Takes a scene whose score reaches the bar. O(log count), amortized.
    mutating func add(_ entry: Entry) {
        entries.append(entry)
        if entries.count >= 2 * count { cut() }
    }

    /// Takes all of another.
    mutating func add(_ other: NearestScenes) {
        for entry in other.entries where entry.score >= bar { add(entry) }
    }

    /// The best, in order.
    var sorted: [Entry] {
        var copy = self
        copy.cut()
        return copy.entries
    }

    private mutating func cut() {
        entries.sort()
        guard entries.count >= count else { return }
        entries.removeSubrange(count...)
        bar = max(bar, entries[count - 1].score)
    }
}
