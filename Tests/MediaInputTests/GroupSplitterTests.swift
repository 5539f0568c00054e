import MediaInput
import Testing

/// Where a stream is cut into groups, drawn as text. `I`: a closed start, `O`: an open one, `p`: any other
/// packet, `n`: one without a time stamp, `h`: one with new headers; a number is its time in place of its
/// position.
@Suite struct GroupSplitterTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var packets: String
        /// `.` the same group, `|` starts one, `o` starts one that earlier pictures may join, `<` joins the
        /// one before.
        var places: String
        var testDescription: String { packets }
    }

    static let cases = [
        Case(packets: "p p I p", places: ". . | ."),
        Case(packets: "p p O p p", places: ". . o . ."),
        Case(packets: "p p O5 p3 p4 p6 p7", places: ". . o < < . ."),
        // Once one is shown later, what is shown earlier breaks the rules and stays where it came.
        Case(packets: "p p O5 p3 p6 p4 p7", places: ". . o < . . ."),
        // Not shown after everything before it: no start.
        Case(packets: "p p6 p I5 p I9", places: ". . . . . |"),
        // A clock that was set back by a second, which is 500 here, or more; and by less.
        Case(packets: "p p600 I100 p101", places: ". . | ."),
        Case(packets: "p p600 O100 p99 p102", places: ". . o < ."),
        Case(packets: "p p600 I101 p102", places: ". . . ."),
        Case(packets: "p p n I p", places: ". . . . ."),
        Case(packets: "p p h I p", places: ". . . . ."),
    ]

    @Test(arguments: cases)
    func cuts(_ testCase: Case) {
        var splitter = GroupSplitter(second: 500)
        splitter.isHeld = false
        // As many packets as a group has at least.
        for index in 0..<GroupSplitter.minimumCount {
            _ = splitter.place(PacketFacts(), stamp: Int64(index) - 1000)
        }
        let places = testCase.packets.split(separator: " ").enumerated().map { index, word -> String in
            var facts = PacketFacts()
            if word.first == "I" { facts.start = .closed }
            if word.first == "O" { facts.start = .open }
            if word.first == "h" { facts.changesHeaders = true }
            let stamp = word.first == "n" ? nil : Int64(word.filter(\.isNumber)) ?? Int64(index)
            return switch splitter.place(facts, stamp: stamp) {
            case .current: "."
            case .start: "|"
            case .openStart: "o"
            case .leading: "<"
            }
        }
        #expect(places.joined(separator: " ") == testCase.places)
    }

    /// Where a codec reorders pictures, and those that it sends last are shown last all the same, the times
    /// are those of decoding, which tell no leading pictures.
    @Test(
        arguments: [
            // Of three pictures the last is shown between the others; or after them, or with them.
            (true, [0, 2, 1], true), (true, [0, 1, 2], false), (true, [0, 1, 1], false),
            // Nothing is reordered: pictures that no other refers to stand anywhere.
            (false, [0, 1, 2], true),
        ] as [(Bool, [Int64], Bool)])
    func timesOfDecodingCutNothing(isReordered: Bool, order: [Int64], cuts: Bool) {
        var splitter = GroupSplitter(second: 500, isReordered: isReordered)
        splitter.isHeld = false
        for index in 0..<GroupSplitter.minimumCount {
            var facts = PacketFacts()
            facts.isDisposable = index % 3 == 2
            let place = splitter.place(facts, stamp: Int64(index / 3 * 3) + order[index % 3])
            #expect(place == .current)
        }
        var key = PacketFacts()
        key.start = .closed
        let place = splitter.place(key, stamp: 1000)
        #expect(place == (cuts ? .start : .current))
        #expect(splitter.isOver == !cuts)
    }

    /// Only pictures of a kind that is sent last tell: others may all come in the order of display.
    @Test func referencesMayComeInOrder() {
        var splitter = GroupSplitter(second: 500, isReordered: true)
        splitter.isHeld = false
        for index in 0..<GroupSplitter.minimumCount {
            _ = splitter.place(PacketFacts(), stamp: Int64(index))
        }
        var key = PacketFacts()
        key.start = .closed
        let place = splitter.place(key, stamp: 1000)
        #expect(place == .start)
    }

    @Test func groupsHaveTheirLeastLength() {
        var splitter = GroupSplitter(second: 500)
        splitter.isHeld = false
        var key = PacketFacts()
        key.start = .closed
        let starts = (0..<100).filter { splitter.place(key, stamp: Int64($0)) == .start }
        #expect(starts == [24, 48, 72, 96])
    }

    @Test func nothingStartsWhileHeld() {
        var splitter = GroupSplitter(second: 500)
        var key = PacketFacts()
        key.start = .closed
        let places = Set((0..<100).map { splitter.place(key, stamp: $0) })
        #expect(places == [.current])
        splitter.isHeld = false
        let place = splitter.place(key, stamp: 100)
        #expect(place == .start)
    }
}
