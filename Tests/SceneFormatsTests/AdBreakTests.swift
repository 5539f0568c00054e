import SceneFormats
import TestSupport
import Testing
import Timeline

/// Breaks: which boundary each position takes, and how the list is written.
@Suite struct AdBreakTests {
    private static let seconds = TimeBase(numerator: 1, denominator: 1)

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// Seconds and score of each boundary.
        var boundaries: [(Int64, Double)]
        var end: Int64 = 1000
        var every: Int64 = 300
        var window: Int64 = 30
        var first: Int64?
        /// Second of the boundary of each position; nil: none.
        var found: [Int64?]
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "the nearest", boundaries: [(280, 0.9), (310, 0.5), (615, 0.6)], found: [310, 615, nil]),
        Case(name: "the higher score of two", boundaries: [(290, 0.5), (310, 0.9)], found: [310, nil, nil]),
        Case(
            name: "the earlier of two equals", boundaries: [(290, 0.5), (310, 0.5)], found: [290, nil, nil]),
        Case(name: "the edge of the window", boundaries: [(270, 0.5), (631, 0.9)], found: [270, nil, nil]),
        Case(name: "no window", boundaries: [(300, 0.5), (601, 0.9)], window: 0, found: [300, nil, nil]),
        Case(name: "none at all", boundaries: [], found: [nil, nil, nil]),
        Case(name: "a film too short", boundaries: [(100, 0.9)], end: 200, found: []),
        Case(name: "a position at the end is none", boundaries: [(295, 0.9)], end: 300, found: []),
        Case(
            name: "a first position", boundaries: [(60, 0.9), (355, 0.9)], first: 60,
            found: [60, 355, nil, nil]),
        Case(
            name: "each boundary once", boundaries: [(450, 0.9), (460, 0.4)], end: 700, window: 200,
            found: [450, 460]),
        Case(name: "from zero", boundaries: [(10, 0.9)], end: 200, first: 0, found: [10]),
    ]

    @Test(arguments: cases)
    func positionsTakeBoundaries(_ testCase: Case) {
        let plan = AdBreakPlan(
            testCase.boundaries.map { .init(at: $0.0, score: Score($0.1), id: "boundary/0/\($0.0)") },
            timeBase: Self.seconds, end: testCase.end, every: testCase.every * 1_000_000,
            window: testCase.window * 1_000_000, first: testCase.first.map { $0 * 1_000_000 })
        #expect(plan.breaks.map { $0.boundary?.at } == testCase.found)
        let start = testCase.first ?? testCase.every
        #expect(
            plan.breaks.map(\.wished)
                == testCase.found.indices.map { (start + Int64($0) * testCase.every) * 1_000_000 })
    }

    private func text(_ format: AdBreakFormat, _ sample: SampleStream = SampleStream()) throws -> String {
        let log = try EventLog(reading: sample.lines)
        let plan = AdBreakPlan(log, every: 20_000_000, window: 10_000_000, first: 15_000_000)
        return try format.write(plan, of: log)
    }

    @Test func tablesHaveEmptyCells() throws {
        #expect(
            try text(.csv)
                == "wished_seconds,found_seconds,frame,timecode,score,id\r\n"
                + "15.000000,12.500000,300,00:00:12:12,0.500000,boundary/0/154624\r\n35.000000,,,,,\r\n"
                + "55.000000,,,,,\r\n75.000000,75.041667,1801,00:01:15:01,0.510000,boundary/0/923136\r\n")
    }

    @Test func documentsSayNull() throws {
        let text = try text(.json)
        #expect(
            text.contains(
                "{\"wished\":35.000000,\"found\":null,\"frame\":null,\"timecode\":null,\"score\":null,\"id\":null}"
            ))
        #expect(text.hasPrefix("{\"type\":\"scened_adbreaks\",\"version\":1,\"feed\":\"film\","))
    }

    /// Only boundaries between scenes count: a gap is none.
    @Test func gapsAreNoBreaks() throws {
        #expect(try text(.csv, .withGap).contains("75.000000,,,,,\r\n"))
    }

    @Test func dateRangesSayWhatIsMissing() throws {
        let lines = try text(.daterange).split(separator: "\n")
        #expect(lines.count == 5 && lines[0] == "# Times count from 2026-01-02T03:04:05.000Z")
        #expect(
            lines[1].hasPrefix(
                "#EXT-X-DATERANGE:ID=\"break/boundary/0/154624\",CLASS=\"org.scened.break\","
                    + "START-DATE=\"2026-01-02T03:04:17.500Z\",SCTE35-CMD=0xFC30"))
        #expect(lines[2] == "# no scene boundary near 35.000000 s")
    }

    /// The checksum of a section with its checksum is 0; the clock wraps at 33 bits.
    @Test(arguments: [0, 1, 90_000, (1 << 33) - 1, 1 << 33, (1 << 33) + 5, -1] as [Int64])
    func sectionsAreWhole(time: Int64) {
        let section = SpliceInformation(presentationTime: time, eventNumber: 7)
        let bytes = section.bytes
        #expect(SpliceInformation.checksum(bytes) == 0)
        #expect(Int(bytes[1] & 0x0f) << 8 | Int(bytes[2]) == bytes.count - 3)
        #expect(section.hexadecimal.hasPrefix("0xFC30") && section.hexadecimal.count == 2 + 2 * bytes.count)
        let low = bytes[15..<19].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        #expect(Int64(bytes[14] & 1) << 32 | low == time & 0x1_ffff_ffff)
    }

    /// The check value of CRC-32/MPEG-2.
    @Test func knownChecksum() {
        #expect(SpliceInformation.checksum(Array("123456789".utf8)) == 0x0376_e6e7)
    }
}
