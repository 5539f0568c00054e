/// Messages of the stream's maker, put to edges and seconds.
struct CueBook: Sendable {
    /// Seconds that a break lasts at most if nobody says how long, and if somebody does; behind it no other
    /// begins for the shorter time.
    private static let usualBreak = 240
    private static let longestBreak = 900
    /// Messages that are kept at most.
    private static let capacity = 256

    private enum Direction: Sendable { case out(seconds: Int), back }

    private struct Entry: Sendable {
        /// The time that it names.
        var pts: Int64
        var edge: Int
        var direction: Direction
    }

    /// In order of their edges.
    private var entries: [Entry] = []

    /// The times that messages name.
    var times: [Int64] { entries.map(\.pts) }

    /// `pts`, at `edge`: where the break begins; `seconds`: how long it is announced to last.
    mutating func pushOut(_ pts: Int64, edge: Int, seconds: Int?) {
        let bounded = seconds.map { min(max($0, 1), Self.longestBreak) } ?? Self.usualBreak
        insert(Entry(pts: pts, edge: edge, direction: .out(seconds: bounded)))
    }

    mutating func pushIn(_ pts: Int64, edge: Int) { insert(Entry(pts: pts, edge: edge, direction: .back)) }

    /// The same messages where seconds count from elsewhere: `edge` gives the edge nearest to a time.
    func moved(_ edge: (Int64) -> Int) -> CueBook {
        var book = CueBook()
        for entry in entries {
            book.insert(Entry(pts: entry.pts, edge: edge(entry.pts), direction: entry.direction))
        }
        book.drop(before: 0)
        return book
    }

    private mutating func insert(_ entry: Entry) {
        let place = entries.firstIndex { $0.edge > entry.edge } ?? entries.endIndex
        entries.insert(entry, at: place)
        if entries.count > Self.capacity { entries.removeFirst() }
    }

    /// What they say of a second.
    func apply(to second: inout BlockFilter.Second, at index: Int) {
        second.out = 0
        second.back = 0
        second.announced = nil
        for entry in entries {
            let distance = abs(entry.edge - index)
            let weight = distance < EvidenceWeight.cue.count ? EvidenceWeight.cue[distance] : 0
            switch entry.direction {
            case .out(let seconds):
                second.out = max(second.out, weight)
                if entry.edge <= index { second.announced = index < entry.edge + seconds ? .adverts : nil }
            case .back:
                second.back = max(second.back, weight)
                let isRecent = index < entry.edge + Self.usualBreak
                if entry.edge <= index { second.announced = isRecent ? .program : nil }
            }
        }
    }

    /// Seconds from which on a message changes something.
    static func reach(of edge: Int) -> Int { edge - EvidenceWeight.cue.count + 1 }

    /// Seconds before `index` are decided.
    mutating func drop(before index: Int) {
        entries.removeAll { $0.edge < index - Self.longestBreak }
    }
}
