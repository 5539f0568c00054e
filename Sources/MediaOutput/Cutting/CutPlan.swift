/// Which packets of a film go to which piece as they are, and which pictures are encoded anew, so that every
/// picture is in one piece, and each piece can be decoded by itself.
///
/// Pure arithmetic. A piece consists of up to three parts, in order: pictures before its first key frame,
/// encoded anew; packets, copied; pictures behind the last packet that needs nothing of what comes after it,
/// encoded anew.
package struct CutPlan: Sendable {
    /// How pieces are cut.
    package struct Rules: Hashable, Sendable {
        /// At the instants that are asked for; else at the nearest key frames.
        package var isExact: Bool
        /// Pictures can be encoded as the film's own are. Without that, pieces begin only where no picture
        /// refers across.
        package var canEncode: Bool
        /// Behind pictures that were encoded anew, copying begins only at a full reset (H.264).
        package var needsReset: Bool
        /// Hidden pictures at the beginning can be kept hidden.
        package var keepsHidden: Bool

        package init(isExact: Bool, canEncode: Bool, needsReset: Bool, keepsHidden: Bool) {
            (self.isExact, self.canEncode) = (isExact, canEncode)
            (self.needsReset, self.keepsHidden) = (needsReset, keepsHidden)
        }
    }

    package struct Piece: Hashable, Sendable {
        /// PTS of its first picture, and of the first that is no longer in it.
        package var start: Int64
        package var end: Int64
        /// PTS of its last picture.
        package var last: Int64
        /// Cuts that led here: the first, and those that fell on the same key frame. Numbers from 0.
        package var cuts: Range<Int>
        /// Packets that are copied, in order of decoding, save those of `head`.
        package var copied: Range<Int>
        /// Pictures encoded anew before and behind them: PTS, the upper ends not included.
        package var head: Range<Int64>?
        package var tail: Range<Int64>?
        /// Pictures that it shows, and how many of them are encoded anew.
        package var pictures: Int
        package var encoded: Int
        /// Position of its first picture in order of display.
        package var rank: Int
    }

    /// Packets that are decoded together, and the pictures of them that are encoded.
    package struct Run: Hashable, Sendable {
        package struct Segment: Hashable, Sendable {
            package var piece: Int
            package var range: Range<Int64>
            package var isHead: Bool
        }

        package var packets: Range<Int>
        package var segments: [Segment]
    }

    package private(set) var pieces: [Piece] = []
    package private(set) var runs: [Run] = []
    /// PTS of all pictures in order of display, hidden ones included.
    let stamps: [Int64]
    private let entries: [VideoIndex.Entry]
    /// The greatest PTS before each packet, and the least from each on.
    private var before: [Int64] = []
    private var after: [Int64] = []
    /// Packets at which decoding may begin, everything before them being shown before; their PTS rise.
    private var keys: [Int] = []
    private let rules: Rules
    private let slack: Int64

    /// - Parameters:
    ///   - index: the film's packets; not empty.
    ///   - cuts: PTS at which pieces shall begin, the first excepted; rising.
    ///   - rules: how.
    package init(_ index: VideoIndex, cuts: [Int64], rules: Rules) {
        entries = index.entries
        slack = index.slack
        self.rules = rules
        stamps = index.entries.filter { !$0.isPart }.map(\.pts).sorted()
        before = [Int64](repeating: .min, count: entries.count + 1)
        after = [Int64](repeating: .max, count: entries.count + 1)
        for place in entries.indices { before[place + 1] = max(before[place], entries[place].pts) }
        for place in entries.indices.reversed() { after[place] = min(after[place + 1], entries[place].pts) }
        keys = entries.indices.filter { entries[$0].isKey && before[$0] < entries[$0].pts }
        let shown = entries.lazy.filter { !$0.isHidden }.map(\.pts).min() ?? stamps[0]
        let first = rules.keepsHidden ? stamps[0] : shown
        var starts: [(pts: Int64, cut: Int)] = [(first, 0)]
        for (number, cut) in cuts.enumerated() {
            guard let start = place(of: cut), start > starts[starts.count - 1].pts, start > shown else {
                continue
            }
            starts.append((start, number + 1))
        }
        for (number, start) in starts.enumerated() {
            let isLast = number + 1 == starts.count
            let cutEnd = isLast ? cuts.count + 1 : starts[number + 1].cut
            add(from: start.pts, to: isLast ? .max : starts[number + 1].pts, start.cut..<cutEnd)
        }
        joinRuns()
    }

    // MARK: Where pieces begin

    /// The instant at which a piece can begin: a picture's.
    private func place(of cut: Int64) -> Int64? {
        if rules.isExact {
            let place = Self.firstIndex(in: stamps) { $0 >= cut - slack }
            return place < stamps.count ? stamps[place] : nil
        }
        return keys.lazy.filter { rules.canEncode || isClean($0) }.min {
            (entries[$0].pts - cut).magnitude < (entries[$1].pts - cut).magnitude
        }.map { entries[$0].pts }
    }

    /// Everything decoded behind it is shown behind it.
    private func isClean(_ place: Int) -> Bool {
        var next = place + 1
        while next < entries.count, entries[next].isPart { next += 1 }
        return after[next] > entries[place].pts
    }

    // MARK: What pieces consist of

    private mutating func add(from start: Int64, to end: Int64, _ cuts: Range<Int>) {
        let rank = Self.firstIndex(in: stamps) { $0 >= start }
        let last = Self.firstIndex(in: stamps) { $0 >= end }
        var piece = Piece(
            start: start, end: end, last: stamps[max(rank, last - 1)], cuts: cuts, copied: 0..<0, pictures: 0,
            encoded: 0, rank: rank)
        // What is hidden at the film's beginning is copied with it, and counts for nothing.
        let hidden = pieces.isEmpty && rules.keepsHidden ? entries.filter(\.isHidden).count : 0
        piece.pictures = last - rank - hidden
        let copied = copiedPackets(from: start, to: end)
        piece.copied = copied
        if copied.isEmpty {
            piece.head = start..<end
        } else {
            let key = entries[copied.lowerBound].pts
            // The film's own beginning stays what it is.
            if key > start, copied.lowerBound > 0 { piece.head = start..<key }
            let reached = max(key, before(copied))
            // Nothing of the piece lies behind the last copied picture where the next one is another's.
            let next = Self.firstIndex(in: stamps) { $0 > reached }
            if next < last { piece.tail = stamps[next]..<end }
        }
        for range in [piece.head, piece.tail].compactMap({ $0 }) {
            piece.encoded +=
                Self.firstIndex(in: stamps) { $0 >= range.upperBound }
                - Self.firstIndex(in: stamps) { $0 >= range.lowerBound }
            runs.append(
                Run(
                    packets: packets(showing: range),
                    segments: [
                        Run.Segment(piece: pieces.count, range: range, isHead: range == piece.head)
                    ]))
        }
        pieces.append(piece)
    }

    /// The greatest PTS of packets of a piece.
    private func before(_ copied: Range<Int>) -> Int64 {
        copied.reduce(Int64.min) { max($0, entries[$1].pts) }
    }

    /// The packets from a key frame on that need nothing else, and of which nothing is shown before `start`
    /// (but for what leads up to the key frame) or from `end` on.
    private func copiedPackets(from start: Int64, to end: Int64) -> Range<Int> {
        if start == stamps[0], pieces.isEmpty {
            return 0..<closedEnd(from: 0, end)
        }
        let candidates = keys[Self.firstIndex(in: keys) { entries[$0].pts >= start }...]
        let key = candidates.first { place in
            entries[place].pts == start
                || (!rules.needsReset || entries[place].isReset) && (rules.canEncode || isClean(place))
        }
        guard let key, entries[key].pts < end else { return 0..<0 }
        return key..<closedEnd(from: key, end)
    }

    /// How far packets from `key` on can be copied: all of them are shown before `end`, and before all that
    /// follow.
    private func closedEnd(from key: Int, _ end: Int64) -> Int {
        var place = key
        var reached = Int64.min
        var best = key
        while place < entries.count, entries[place].pts < end {
            reached = max(reached, entries[place].pts)
            place += 1
            while place < entries.count, entries[place].isPart { place += 1 }
            if after[place] > reached { best = place }
        }
        return best
    }

    /// The packets to be decoded to see these pictures.
    private func packets(showing range: Range<Int64>) -> Range<Int> {
        let behind = Self.firstIndex(in: keys) { entries[$0].pts > range.lowerBound }
        let first = behind > 0 ? keys[behind - 1] : 0
        var last = first
        var place = first
        while place < entries.count, after[place] < range.upperBound {
            if range.contains(entries[place].pts) { last = place }
            place += 1
        }
        while last + 1 < entries.count, entries[last + 1].isPart { last += 1 }
        return first..<(last + 1)
    }

    private mutating func joinRuns() {
        var joined: [Run] = []
        for run in runs.sorted(by: { $0.packets.lowerBound < $1.packets.lowerBound }) {
            if let last = joined.last, last.packets.overlaps(run.packets) {
                let end = max(last.packets.upperBound, run.packets.upperBound)
                joined[joined.count - 1].packets = last.packets.lowerBound..<end
                joined[joined.count - 1].segments += run.segments
            } else {
                joined.append(run)
            }
        }
        for place in joined.indices {
            joined[place].segments.sort { $0.range.lowerBound < $1.range.lowerBound }
        }
        runs = joined
    }

    // MARK: Helpers

    /// The first place at which `isReached`, which stays true once it is; the count if there is none.
    static func firstIndex<Value>(in values: [Value], _ isReached: (Value) -> Bool) -> Int {
        var (low, high) = (0, values.count)
        while low < high {
            let middle = (low + high) / 2
            if isReached(values[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
