import MediaOutput
import Platform
import Testing

/// Every picture is in one piece, and each piece can be decoded by itself.
@Suite struct CutPlanTests {
    /// Groups of pictures as encoders make them, a picture every ten ticks. A picture is shown after as many
    /// B-pictures as were written behind it.
    struct Groups {
        var lengths: [Int]
        /// B-pictures in a row.
        var run = 2
        /// B-pictures before a key frame refer across it.
        var isOpen = false

        /// Packets in order of decoding. `refers`: to which packets each refers, by number.
        func made() -> (entries: [VideoIndex.Entry], refers: [[Int]]) {
            var entries: [VideoIndex.Entry] = []
            var refers: [[Int]] = []
            var shown = 0
            var lastAnchor: Int?
            func put(_ picture: Int, key: Bool, reset: Bool, _ to: [Int]) {
                var entry = VideoIndex.Entry(
                    pts: Int64(10 * picture), dts: Int64(10 * (entries.count - 2)), duration: 10)
                (entry.isKey, entry.isReset) = (key, reset)
                entries.append(entry)
                refers.append(to)
            }
            for (number, length) in lengths.enumerated() {
                let end = shown + length
                // The key frame, behind B-pictures that refer across it.
                let leading = isOpen && number > 0 ? min(run, length - 1) : 0
                let isReset = leading == 0
                put(shown + leading, key: true, reset: isReset, [])
                var anchor = entries.count - 1
                for picture in 0..<leading {
                    put(shown + picture, key: false, reset: false, [lastAnchor ?? anchor, anchor])
                }
                shown += leading + 1
                while shown < end {
                    let between = min(run, end - shown - 1)
                    put(shown + between, key: false, reset: false, [anchor])
                    let next = entries.count - 1
                    for picture in 0..<between {
                        put(shown + picture, key: false, reset: false, [anchor, next])
                    }
                    anchor = next
                    shown += between + 1
                }
                lastAnchor = anchor
            }
            return (entries, refers)
        }
    }

    /// What must hold of any plan.
    private func check(
        _ plan: CutPlan, _ entries: [VideoIndex.Entry], _ refers: [[Int]], _ rules: CutPlan.Rules,
        _ note: String
    ) {
        var seen: [Int64: Int] = [:]
        for (number, piece) in plan.pieces.enumerated() {
            var copied: Set<Int> = []
            for place in piece.copied {
                let key = entries[piece.copied.lowerBound].pts
                guard piece.copied.lowerBound == 0 || entries[place].pts >= key else { continue }
                copied.insert(place)
                seen[entries[place].pts, default: 0] += 1
                #expect(piece.start <= entries[place].pts && entries[place].pts < piece.end, "\(note)")
            }
            for place in copied {
                #expect(
                    refers[place].allSatisfy(copied.contains), "\(note): piece \(number) lacks what it needs")
            }
            if piece.head != nil, let first = copied.min(), rules.needsReset {
                #expect(entries[first].isReset, "\(note)")
            }
            var encoded = 0
            for range in [piece.head, piece.tail].compactMap({ $0 }) {
                for entry in entries where range.contains(entry.pts) {
                    seen[entry.pts, default: 0] += 1
                    encoded += 1
                }
            }
            #expect(encoded == piece.encoded && encoded + copied.count == piece.pictures, "\(note)")
        }
        #expect(seen.count == entries.count && seen.values.allSatisfy { $0 == 1 }, "\(note)")
        // Each encoded picture is decoded in a run that has all it refers to.
        for run in plan.runs {
            #expect(entries[run.packets.lowerBound].isKey, "\(note)")
            for segment in run.segments {
                for place in entries.indices where segment.range.contains(entries[place].pts) {
                    #expect(run.packets.contains(place), "\(note)")
                    #expect(refers[place].allSatisfy(run.packets.contains), "\(note)")
                }
            }
        }
        for (left, right) in zip(plan.runs, plan.runs.dropFirst()) {
            #expect(left.packets.upperBound <= right.packets.lowerBound, "\(note): runs overlap")
        }
        #expect(
            plan.runs.flatMap(\.segments).count
                == plan.pieces.reduce(0) {
                    $0 + ($1.head == nil ? 0 : 1) + ($1.tail == nil ? 0 : 1)
                })
    }

    @Test func everyPictureIsInOnePiece() {
        var random = SeededGenerator(seed: 16)
        for round in 0..<300 {
            let groups = Groups(
                lengths: (0..<Int.random(in: 1...6, using: &random)).map { _ in
                    Int.random(in: 1...14, using: &random)
                },
                run: Int.random(in: 0...3, using: &random), isOpen: Bool.random(using: &random))
            let (entries, refers) = groups.made()
            let cuts = Set(
                (0..<Int.random(in: 0...6, using: &random)).map { _ in
                    Int64(10 * Int.random(in: 1..<max(2, entries.count), using: &random))
                }
            ).sorted()
            for isExact in [true, false] {
                for needsReset in [true, false] {
                    let rules = CutPlan.Rules(
                        isExact: isExact, canEncode: true, needsReset: needsReset, keepsHidden: true)
                    let plan = CutPlan(VideoIndex(entries), cuts: cuts, rules: rules)
                    check(plan, entries, refers, rules, "round \(round): \(groups), \(cuts), \(rules)")
                    if isExact {
                        let starts = plan.pieces.dropFirst().map(\.start)
                        #expect(starts == cuts.filter { $0 < Int64(10 * entries.count) }, "round \(round)")
                    }
                }
            }
            let rules = CutPlan.Rules(isExact: false, canEncode: false, needsReset: true, keepsHidden: true)
            let plan = CutPlan(VideoIndex(entries), cuts: cuts, rules: rules)
            check(plan, entries, refers, rules, "round \(round): \(groups), \(cuts), copied")
            #expect(plan.runs.isEmpty)
        }
    }

    /// A cut on the key frame of a closed group encodes nothing.
    @Test func closedGroupsAreCopied() {
        let (entries, _) = Groups(lengths: [10, 10, 10]).made()
        for isExact in [true, false] {
            let rules = CutPlan.Rules(
                isExact: isExact, canEncode: true, needsReset: true, keepsHidden: true)
            let plan = CutPlan(VideoIndex(entries), cuts: [100, 200], rules: rules)
            #expect(plan.pieces.map(\.pictures) == [10, 10, 10] && plan.runs.isEmpty)
            #expect(plan.pieces.map(\.copied) == [0..<10, 10..<20, 20..<30])
        }
    }

    /// Between cut and next key frame pictures are encoded; before the cut, as few as refer beyond it.
    @Test func exactCutsEncodeOneGroup() {
        let (entries, _) = Groups(lengths: [10, 10]).made()
        let rules = CutPlan.Rules(isExact: true, canEncode: true, needsReset: true, keepsHidden: true)
        let plan = CutPlan(VideoIndex(entries), cuts: [50], rules: rules)
        // Pictures are coded 0, 3 1 2, 6 4 5, 9 7 8: with 5 missing, 6 goes too, and 4 is encoded.
        #expect(plan.pieces[0].copied == 0..<4 && plan.pieces[0].tail == 40..<50)
        #expect(plan.pieces[1].head == 50..<100 && plan.pieces[1].copied == 10..<20)
        #expect(plan.pieces.map(\.encoded) == [1, 5])
        #expect(plan.runs.map(\.packets) == [0..<10])
    }

    /// Two cuts that fall on one key frame make one piece.
    @Test func cutsThatFallTogetherAreJoined() {
        let (entries, _) = Groups(lengths: [10, 10, 10]).made()
        let rules = CutPlan.Rules(isExact: false, canEncode: true, needsReset: true, keepsHidden: true)
        let plan = CutPlan(VideoIndex(entries), cuts: [20, 90, 110, 190], rules: rules)
        #expect(plan.pieces.map(\.start) == [0, 100, 200])
        #expect(plan.pieces.map(\.cuts) == [0..<2, 2..<4, 4..<5])
    }
}
