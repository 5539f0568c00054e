internal import DequeModule
internal import RealModule

/// Probabilities of the model's states, second by second: forward with the evidence, and back over the
/// seconds that are still held.
///
/// A state has two places: without and with the channel's mark.
///
/// - Complexity: 640 places a second forward, and as many for each second of smoothing.
struct BlockFilter: Sendable {
    private static let count = BlockModel.stateCount

    enum Announcement: Hashable, Sendable { case adverts, program }

    /// What a second says, with the messages that belong to it.
    struct Second: Hashable, Sendable {
        var likelihood: SecondLikelihood
        /// Logits for the beginning and the end of a break.
        var out = 0.0
        var back = 0.0
        /// What the last message announces for it.
        var announced: Announcement?

        /// Factors for each kind.
        var kinds: [Double] {
            var kinds = likelihood.kinds
            switch announced {
            case .adverts: kinds[BlockModel.program] *= .exp(-EvidenceWeight.insideCue)
            case .program: kinds[BlockModel.adverts] *= .exp(-EvidenceWeight.behindCue)
            case nil: break
            }
            return kinds
        }

        /// Factors for going from a kind to another, or to the next of its own.
        var steps: [[Double]] {
            BlockModel.next.enumerated().map { from, row in
                row.enumerated().map { to, probability in
                    // Messages stand around adverts, or around the whole break.
                    let isOut = BlockModel.leads(from, to)
                    let isBack = BlockModel.leads(to, from)
                    return probability * likelihood.edge * .exp(isOut ? out : isBack ? back : 0)
                }
            }
        }
    }

    private struct Entry: Sendable {
        var second: Second
        /// Factors made from it.
        var kinds: [Double]
        var steps: [[Double]]
        /// Probability of each place, given all evidence up to this second.
        var forward: [Double]
    }

    /// The last decided second and all behind it.
    private var entries: Deque<Entry> = []
    /// Index of the first of them.
    private(set) var first: Int
    /// Index of the next second.
    var next: Int { first + entries.count }

    init(first: Int = 0) { self.first = first }

    /// Takes the next second.
    mutating func push(_ second: Second) {
        var entry = Entry(second: second, kinds: second.kinds, steps: second.steps, forward: [])
        entry.forward = Self.forward(from: entries.last?.forward, entry)
        entries.append(entry)
    }

    /// The seconds held from `index` on, for messages that come late.
    mutating func revise(from index: Int, _ change: (Int, inout Second) -> Void) {
        for place in entries.indices where first + place >= max(index, first + 1) {
            change(first + place, &entries[place].second)
            entries[place].kinds = entries[place].second.kinds
            entries[place].steps = entries[place].second.steps
            entries[place].forward = Self.forward(from: entries[place - 1].forward, entries[place])
        }
    }

    /// A second that is held; of earlier ones, the first that is.
    func second(at index: Int) -> Second { entries[min(max(index - first, 0), entries.count - 1)].second }

    /// The probability of each kind at a second, with the evidence up to `last`.
    func posterior(at index: Int, with last: Int) -> [Double] {
        var backward = [Double](repeating: 1, count: 2 * Self.count)
        var place = min(last, next - 1) - first
        while place > index - first {
            backward = Self.backward(from: backward, entries[place])
            place -= 1
        }
        let forward = entries[index - first].forward
        var sums = [Double](repeating: 0, count: BlockModel.kinds.count)
        for kind in sums.indices {
            let start = BlockModel.offsets[kind]
            for state in start..<start + BlockModel.ages[kind] {
                sums[kind] += forward[state] * backward[state]
                sums[kind] += forward[Self.count + state] * backward[Self.count + state]
            }
        }
        let sum = sums.reduce(0, +)
        return sums.map { $0 / sum }
    }

    /// Seconds before `index` are decided; only the last of them is kept.
    mutating func drop(before index: Int) {
        while first < index - 1, entries.count > 1 {
            entries.removeFirst()
            first += 1
        }
    }

    private static func forward(from former: [Double]?, _ entry: Entry) -> [Double] {
        var result = [Double](repeating: 0, count: 2 * count)
        guard let former else {
            for kind in BlockModel.kinds.indices {
                let start = BlockModel.offsets[kind]
                let share = BlockModel.first[kind] / Double(BlockModel.ages[kind])
                for state in start..<start + BlockModel.ages[kind] {
                    result[state] = share * (1 - BlockModel.marked[kind])
                    result[count + state] = share * BlockModel.marked[kind]
                }
            }
            return scaled(result, entry)
        }
        var ends = [Double](repeating: 0, count: BlockModel.kinds.count)
        let endings = BlockModel.endings
        for kind in BlockModel.kinds.indices {
            let start = BlockModel.offsets[kind]
            let last = start + BlockModel.ages[kind] - 1
            for half in [0, count] {
                for state in start..<last {
                    ends[kind] += former[half + state] * endings[state]
                    result[half + state + 1] = former[half + state] * (1 - endings[state])
                }
                ends[kind] += former[half + last] * endings[last]
                result[half + last] += former[half + last] * (1 - endings[last])
            }
        }
        change(&result)
        for kind in BlockModel.kinds.indices {
            var begun = 0.0
            for from in ends.indices { begun += ends[from] * entry.steps[from][kind] }
            let start = BlockModel.offsets[kind]
            result[start] += begun * (1 - BlockModel.marked[kind])
            result[count + start] += begun * BlockModel.marked[kind]
        }
        return scaled(result, entry)
    }

    /// A program may gain or lose its mark.
    private static func change(_ values: inout [Double]) {
        for state in 0..<BlockModel.ages[BlockModel.program] {
            let (without, with) = (values[state], values[count + state])
            values[state] += BlockModel.markChange * (with - without)
            values[count + state] += BlockModel.markChange * (without - with)
        }
    }

    /// Times the second's evidence, and adding up to 1.
    private static func scaled(_ values: [Double], _ entry: Entry) -> [Double] {
        var values = weighted(values, entry)
        let sum = values.reduce(0, +)
        for place in values.indices { values[place] /= sum }
        return values
    }

    private static func weighted(_ values: [Double], _ entry: Entry) -> [Double] {
        var values = values
        for kind in BlockModel.kinds.indices {
            let start = BlockModel.offsets[kind]
            for (half, mark) in entry.second.likelihood.marks.enumerated() {
                let factor = entry.kinds[kind] * mark
                for state in start..<start + BlockModel.ages[kind] { values[half * count + state] *= factor }
            }
        }
        return values
    }

    /// How well each place of the second before explains this second and what followed, up to a factor.
    private static func backward(from later: [Double], _ entry: Entry) -> [Double] {
        let weighted = weighted(later, entry)
        var result = [Double](repeating: 0, count: 2 * count)
        let endings = BlockModel.endings
        let begun = BlockModel.kinds.indices.map { kind in
            weighted[BlockModel.offsets[kind]] * (1 - BlockModel.marked[kind])
                + weighted[count + BlockModel.offsets[kind]] * BlockModel.marked[kind]
        }
        var largest = 0.0
        for kind in BlockModel.kinds.indices {
            var ending = 0.0
            for to in begun.indices { ending += entry.steps[kind][to] * begun[to] }
            let start = BlockModel.offsets[kind]
            let last = start + BlockModel.ages[kind] - 1
            // A program may gain or lose its mark.
            let changes = kind == BlockModel.program ? BlockModel.markChange : 0
            for (half, other) in [(0, count), (count, 0)] {
                for state in start...last {
                    let next = min(state + 1, last)
                    let (same, changed) = (weighted[half + next], weighted[other + next])
                    let stays = same + changes * (changed - same)
                    let value = stays + endings[state] * (ending - stays)
                    result[half + state] = value
                    largest = max(largest, value)
                }
            }
        }
        for place in result.indices { result[place] /= largest }
        return result
    }
}
