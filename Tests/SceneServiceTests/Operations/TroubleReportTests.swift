import EventDelivery
import Platform
import Testing

@Suite struct TroubleReportTests {
    /// Steps of a state machine: moment, trouble, what is written.
    @Test func whatLastsIsToldOnceAndItsEndToo() {
        let steps: [(Double, String?, TroubleReport.Notice?)] = [
            (0, nil, nil), (1, "full", .begins("full")), (2, "full", nil), (500, "full", nil),
            (601, "full", .lasts("full", seconds: 600)), (602, "full", nil), (603, "gone", .begins("gone")),
            (604, nil, .mended(seconds: 603)), (605, nil, nil),
            // It comes and goes: three times at once, then a line a minute for each of the two. It has lasted
            // since it began, whenever that was told.
            (606, "gone", .begins("gone")), (607, nil, .mended(seconds: 1)),
            (608, "gone", .begins("gone")), (609, nil, .mended(seconds: 1)),
            (610, "gone", .begins("gone")), (611, nil, .mended(seconds: 1)),
            (612, "gone", nil), (613, nil, nil),
            (650, "gone", nil), (670, "gone", .begins("gone")), (671, nil, .mended(seconds: 21)),
        ]
        var report = TroubleReport()
        for (moment, trouble, expected) in steps {
            #expect(report.take(trouble, now: moment) == expected, "at \(moment)")
        }
    }

    /// Its text changes while it lasts: a few lines, and none of those that its next beginning has.
    @Test func whatChangesCostsNoBeginning() {
        var report = TroubleReport()
        #expect(report.take("A", now: 0) == .begins("A"))
        for (moment, trouble) in [(1.0, "B"), (2, "A"), (3, "B")] {
            #expect(report.take(trouble, now: moment) == .begins(trouble))
        }
        for moment in 4..<30 {
            #expect(report.take(moment.isMultiple(of: 2) ? "A" : "C", now: Double(moment)) == nil)
        }
        #expect(report.take(nil, now: 30) == .mended(seconds: 30))
        #expect(report.take("A", now: 34) == .begins("A"))
        #expect(report.take(nil, now: 44) == .mended(seconds: 10))
    }

    /// One cause is one trouble, whatever it hits first.
    @Test func oneCauseIsToldOnce() {
        var report = TroubleReport()
        #expect(report.take("no room for a", cause: "28", now: 0) == .begins("no room for a"))
        #expect(report.take("no room for b", cause: "28", now: 1) == nil)
        #expect(report.take("no room for a", cause: "28", now: 2) == nil)
        #expect(report.take("no right to a", cause: "13", now: 3) == .begins("no right to a"))
        #expect(
            report.take("no right to b", cause: "13", now: 603) == .lasts("no right to b", seconds: 603))
        #expect(report.take(nil, now: 604) == .mended(seconds: 604))
    }

    @Test(arguments: [
        (Int32(28), true, "free space"), (24, true, "open files"), (2, true, "create the folder"),
        (2, false, "check the path"), (13, true, "let the user"), (13, false, "read it"), (30, true, "mount"),
        (27, true, "ulimit -f"), (5, true, "look at the disk"), (21, true, "a folder stands"),
        (20, false, "a file stands"), (40, false, "symbolic links"),
    ])
    func remediesGoWithTheCause(code: Int32, isWriting: Bool, part: String) {
        #expect(FileRemedy.text(for: code, isWriting: isWriting).contains(part))
        let operation = isWriting ? "open" : "read"
        let error = DurableFileError(operation: operation, path: "/x", code: code, reason: "why")
        #expect(error.description == "cannot \(operation) '/x': why; \(error.remedy)")
        #expect(error.remedy == FileRemedy.text(for: code, isWriting: isWriting))
    }

    /// Only a full disk is asked to be emptied.
    @Test func onlyAFullDiskIsToBeFreed() {
        for code in Int32(1)...133 where ![28, 122].contains(code) {
            for isWriting in [false, true] {
                #expect(!FileRemedy.text(for: code, isWriting: isWriting).contains("free space"))
            }
        }
    }
}
