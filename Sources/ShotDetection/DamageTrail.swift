import Timeline

/// Which pictures may show damage of pictures before them.
///
/// What is decoded from a damaged picture is not flagged, and may look like another shot until a key frame
/// mends it.
struct DamageTrail: Sendable {
    /// Why what happens at a picture proves little.
    struct Doubt: Sendable {
        /// The last picture before the damage, if any.
        var sound: Int?
        /// A key frame came here because it was due: it mends what was broken, and by itself says nothing of
        /// a cut.
        var isRenewal = false
        /// Damaged pictures lie directly before it, none of which was a key frame that was not due, as
        /// encoders put at cuts.
        var followsMereDamage = false
    }

    /// Damaged pictures since the last good one.
    private struct Hole {
        var hasDueKey = false
        var hasOtherKey = false
    }

    private enum State {
        case sound
        /// Since when, the last sound picture, what was damaged just now, and whether good pictures came
        /// since.
        case trailing(since: Int64, sound: Int?, hole: Hole?, hasFollowers: Bool)
    }

    private let timeBase: TimeBase
    private var state = State.sound
    /// By number.
    private var doubts: [Int: Doubt] = [:]
    private var lastKey: Int64?
    /// Ticks between key frames, the last of them.
    private var intervals: [Int64] = []

    init(timeBase: TimeBase) {
        self.timeBase = timeBase
    }

    /// Takes the next picture; `number` is what the history calls it, or will call the next good one.
    mutating func take(_ picture: Picture, number: Int) {
        let pts = picture.at.pts
        let isDue = picture.isKey && isDue(at: pts)
        if picture.isKey { note(key: pts) }
        switch state {
        case .sound where picture.isDamaged:
            let sound = doubtEarlier(than: number)
            let hole = Hole(hasDueKey: isDue, hasOtherKey: picture.isKey && !isDue)
            state = .trailing(since: pts, sound: sound, hole: hole, hasFollowers: false)
        case .sound where picture.followsLoss && !picture.isKey:
            let sound = doubtEarlier(than: number)
            doubts[number] = Doubt(sound: sound, followsMereDamage: true)
            state = .trailing(since: pts, sound: sound, hole: nil, hasFollowers: true)
        case .sound:
            break
        case .trailing(_, let sound, let hole, let hasFollowers) where picture.isDamaged:
            var hole = hole ?? Hole()
            hole.hasDueKey = hole.hasDueKey || isDue
            hole.hasOtherKey = hole.hasOtherKey || picture.isKey && !isDue
            state = .trailing(since: pts, sound: sound, hole: hole, hasFollowers: hasFollowers)
        case .trailing(_, _, _, false) where picture.isKey:
            // Nothing but flagged pictures was broken.
            state = .sound
        case .trailing(_, let sound, let hole, true) where picture.isKey:
            doubts[number] = Doubt(sound: sound, isRenewal: isDue || hole?.hasDueKey ?? false)
            state = .sound
        case .trailing(let since, _, _, _) where pts - since > timeBase.ticks(seconds: Self.longest):
            state = .sound
        case .trailing(let since, let sound, let hole, _):
            doubts[number] = Doubt(
                sound: sound, isRenewal: hole?.hasDueKey ?? false,
                followsMereDamage: hole.map { !$0.hasOtherKey } ?? false)
            state = .trailing(since: since, sound: sound, hole: nil, hasFollowers: true)
        }
    }

    /// What speaks against a change from the picture before `number` to it; nil if nothing does.
    func doubt(at number: Int) -> Doubt? {
        guard !doubts.isEmpty else { return nil }
        guard var doubt = doubts[number] ?? doubts[number - 1].map({ Doubt(sound: $0.sound) }) else {
            return nil
        }
        // Pictures shown just before a key frame may be decoded from it already.
        for near in (number - 1)...(number + Self.reordered) where doubts[near]?.isRenewal == true {
            doubt.isRenewal = true
        }
        return doubt
    }

    /// Whether any of the pictures is in doubt.
    func doubts(_ numbers: ClosedRange<Int>) -> Bool {
        !doubts.isEmpty && numbers.contains { doubts[$0] != nil }
    }

    /// Forgets what is known of the pictures before `number`.
    mutating func dropBefore(_ number: Int) {
        guard !doubts.isEmpty else { return }
        doubts = doubts.filter { $0.key >= number }
    }

    /// Pictures shown before a damaged one may be decoded from it.
    ///
    /// - Returns: the last picture before them.
    private mutating func doubtEarlier(than number: Int) -> Int? {
        let first = max(number - Self.reordered, 0)
        let sound = first > 0 ? first - 1 : nil
        for earlier in first..<number where doubts[earlier] == nil { doubts[earlier] = Doubt(sound: sound) }
        return sound
    }

    private mutating func note(key pts: Int64) {
        if let lastKey {
            intervals.append(pts - lastKey)
            if intervals.count > Self.memory { intervals.removeFirst() }
        }
        lastKey = pts
    }

    /// Whether a key frame at `pts` comes a whole number of usual distances after the last, or nobody knows
    /// what is usual.
    ///
    /// Encoders keep to a largest distance, and put key frames in between where they see a cut.
    private func isDue(at pts: Int64) -> Bool {
        guard let lastKey, let greatest = intervals.max() else { return true }
        let repeated = intervals.filter { one in intervals.count { Self.isMultiple($0, of: one, upTo: 1) } > 1
        }
        return Self.isMultiple(pts - lastKey, of: repeated.max() ?? greatest, upTo: 1e9)
    }

    private static func isMultiple(_ distance: Int64, of interval: Int64, upTo most: Double) -> Bool {
        let ratio = Double(distance) / Double(max(interval, 1))
        return abs(ratio - min(max(ratio.rounded(), 1), most)) <= tolerance
    }

    /// Share of the usual distance: a picture of fifty.
    private static let tolerance = 0.025
    /// Distances between key frames that say what is usual.
    private static let memory = 16
    /// Pictures that may be shown before one that they are decoded from.
    private static let reordered = 3
    /// Seconds after which what moves has been decoded anew, key frame or not.
    private static let longest = 10.0
}
