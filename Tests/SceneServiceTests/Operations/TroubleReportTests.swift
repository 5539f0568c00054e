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
            // It comes and goes: once more at once, then a line a minute for each of the two.
            (606, "gone", .begins("gone")), (607, nil, .mended(seconds: 1)), (608, "gone", nil),
            (609, nil, nil),
            (660, "gone", nil), (662, "gone", .begins("gone")), (663, nil, .mended(seconds: 1)),
        ]
        var report = TroubleReport()
        for (moment, trouble, expected) in steps {
            #expect(report.take(trouble, now: moment) == expected, "at \(moment)")
        }
    }

    @Test(arguments: [
        (Int32(28), true, "free space"), (24, true, "open files"), (2, true, "create the folder"),
        (2, false, "check the path"), (13, true, "let the user"), (13, false, "read it"), (30, true, "mount"),
        (21, true, "a folder stands"), (20, false, "a file stands"), (40, false, "symbolic links"),
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
