internal import Timeline

/// What is known of channels before any is seen: how long items last, what follows what, and what each kind
/// looks and sounds like. A second is the unit of time throughout.
///
/// An item is a program between two breaks, one advert, one trailer or one ident. Its state is its kind,
/// its age, and whether it shows the channel's mark. `docs/explanation/blocks.md` has the reasons.
enum BlockModel {
    static let kinds: [Block.Kind] = [.program, .adverts, .trailer, .ident]
    static let program = 0
    static let adverts = 1
    /// Ages that are told apart, for each kind; older items stay at the last one.
    static let ages = [120, 90, 90, 20]
    /// Where the ages of each kind begin among all states.
    static let offsets = [0, 120, 210, 300]
    static let stateCount = 320

    /// Probability that an item of each kind is followed by one of each other.
    static let next: [[Double]] = [
        [0, 0.5, 0.15, 0.35],
        [0.09, 0.8, 0.05, 0.06],
        [0.25, 0.35, 0.25, 0.15],
        [0.45, 0.45, 0.1, 0],
    ]
    /// What a stream begins with, for each kind.
    static let first = [0.7, 0.2, 0.05, 0.05]
    /// Share of items that show the channel's mark.
    static let marked = [0.95, 0.05, 0.5, 0.3]
    /// Probability that a program gains or loses its mark within a second.
    static let markChange = 1.0 / 600

    /// Whether a message that leads out of the program may mean this step: into adverts, or away from the
    /// program.
    static func leads(_ from: Int, _ to: Int) -> Bool {
        from != to && (to == adverts || from == program) && from != adverts && to != program
    }

    /// Lengths at which adverts are sold, with their weights.
    private static let advertLengths: [Int: Double] = [
        5: 0.4, 10: 1.5, 15: 2, 20: 2.5, 25: 0.6, 30: 3, 40: 0.5, 45: 0.6, 60: 0.5,
    ]
    private static let trailerLengths: [Int: Double] = [10: 1, 15: 1, 20: 2, 30: 2]

    /// Probability that an item ends after each age, if it has come so far; one for each state.
    static let endings: [Double] = {
        let program = (0..<ages[0]).map { $0 < 60 ? 1e-4 : 1.0 / 600 }
        return program
            + endings(of: lengths(advertLengths, anything: 3...90, share: 0.15, count: ages[1]), last: 0.1)
            + endings(of: lengths(trailerLengths, anything: 6...60, share: 0.5, count: ages[2]), last: 0.1)
            + endings(of: lengths([:], anything: 2...12, share: 1, count: ages[3]), last: 0.3)
    }()

    /// Probability of each length from 1 on: those that are usual, a second more or less, and any.
    private static func lengths(
        _ usual: [Int: Double], anything: ClosedRange<Int>, share: Double, count: Int
    ) -> [Double] {
        var result = [Double](repeating: 0, count: count)
        let sum = usual.keys.sorted().reduce(0) { $0 + (usual[$1] ?? 0) }
        for length in usual.keys.sorted() {
            for (offset, part) in [(-1, 0.2), (0, 0.6), (1, 0.2)] where length + offset <= count {
                result[length + offset - 1] += (1 - share) * part * (usual[length] ?? 0) / sum
            }
        }
        for length in anything { result[length - 1] += share / Double(anything.count) }
        return result
    }

    private static func endings(of lengths: [Double], last: Double) -> [Double] {
        var rest = lengths.reduce(0, +)
        var result: [Double] = []
        for length in lengths {
            result.append(rest > 1e-9 ? min(length / rest, 0.98) : 0.3)
            rest -= length
        }
        result[result.count - 1] = last
        return result
    }
}
