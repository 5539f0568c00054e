internal import Platform

/// Which recordings an index holds, from its log: a value, without files.
package struct RecordingBook: Hashable, Sendable {
    /// All that were ever added, in order.
    package private(set) var entries: [RecordingEntry] = []
    /// Of those that are still there, by name: positions in `entries`.
    private var places: [String: Int] = [:]
    /// Of each entry: whether it is still there.
    private(set) var isLive: [Bool] = []
    /// Rows of all entries together.
    package private(set) var rowCount = 0
    /// Bytes of the log's whole lines; what stands behind them is what an ended writer left.
    private(set) var wholeBytes = 0

    package init() {}

    /// Reads a log. Whole lines that are not as they were written may stand at its end alone, where a crash
    /// of the machine left them. nil: elsewhere, or lines that contradict one another. O(bytes).
    init?(log bytes: [UInt8]) {
        var rest = bytes[...]
        var isTorn = false
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = LogLine(rest[..<newline])
            rest = rest[(newline + 1)...]
            guard let line else {
                isTorn = true
                continue
            }
            guard !isTorn, apply(line, endingAt: rest.startIndex) else { return nil }
        }
    }

    /// Goes on; false where the line contradicts those before. `end`: bytes of the log with it.
    mutating func apply(_ line: LogLine, endingAt end: Int) -> Bool {
        switch line {
        case .removed(let name):
            guard let place = places.removeValue(forKey: name) else { return false }
            isLive[place] = false
        case .added(let entry):
            guard entry.first == rowCount, entries.count < Int(UInt32.max) else { return false }
            if let place = places[entry.name] { isLive[place] = false }
            places[entry.name] = entries.count
            entries.append(entry)
            isLive.append(true)
            rowCount += entry.count
        }
        wholeBytes = end
        return true
    }

    /// The recording of a name; nil where there is none.
    package func entry(named name: String) -> RecordingEntry? { places[name].map { entries[$0] } }

    /// The recording that somebody names on a command line; nil where there is none.
    ///
    /// A byte that is no UTF-8 comes from there as a scalar of its own, and so JSON shows it (`FileName`).
    /// Who gives back what JSON showed gives the bytes of that scalar.
    package func entry(told name: String) -> RecordingEntry? {
        entry(named: name) ?? FileName.literal(name).flatMap { entry(named: $0) }
    }

    /// Those that are there, by name.
    package var live: [RecordingEntry] {
        zip(entries, isLive).filter(\.1).map(\.0).sorted { $0.name < $1.name }
    }

    /// Scenes of those that are there.
    package var sceneCount: Int { zip(entries, isLive).reduce(0) { $0 + ($1.1 ? $1.0.count : 0) } }

    /// Of each entry, its place in the order of names: what settles equal scores.
    var ranks: [Int] {
        var ranks = [Int](repeating: 0, count: entries.count)
        let order = entries.indices.sorted {
            (entries[$0].name, $0) < (entries[$1].name, $1)
        }
        for (rank, place) in order.enumerated() { ranks[place] = rank }
        return ranks
    }
}
