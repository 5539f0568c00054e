import Foundation
import TestSupport
import Testing

/// Numbers that no film has, in files that people and other programs write: one line and a documented status.
@Suite struct HostileNumberTests {
    struct Case: CustomTestStringConvertible, Sendable {
        /// `FILE` stands for a file with `text`, `FILM` for a film, `EVENTS` for its events.
        var words: String
        var text: String
        var name = "a.json"
        var isTaken = false
        var testDescription: String { "\(words): \(text)" }
    }

    static let cases = [
        Case(
            words: "shots FILM --quiet --shots FILE", text: #"{"first":0,"last":9223372036854775807}"#,
            name: "a.jsonl"),
        Case(
            words: "shots FILM --quiet --shots FILE",
            text: #"{"cuts":[],"gradual":[{"start":0,"end":9223372036854775807}]}"#),
        Case(
            words: "evaluate shots --truth FILE --detected EVENTS",
            text: #"{"fps":25,"cuts":[],"gradual":[{"start":-10,"end":-5}]}"#),
        Case(words: "evaluate shots --truth FILE --detected EVENTS", text: #"{"fps":1e300,"cuts":[1]}"#),
        Case(words: "evaluate shots --truth FILE --detected EVENTS", text: #"{"fps":0,"cuts":[1]}"#),
        Case(words: "evaluate shots --truth FILE --detected EVENTS", text: #"{"fps":-5,"cuts":[1]}"#),
        Case(
            words: "evaluate --truth FILE --detected EVENTS",
            text: #"{"fps":25,"scenes":[{"start_frame":0,"end_frame":9223372036854775807}]}"#, isTaken: true),
        Case(
            words: "evaluate --truth FILE --detected EVENTS",
            text: #"{"fps":1e300,"scenes":[{"start_frame":0,"end_frame":5}]}"#),
        Case(
            words: "evaluate --truth FILE --detected EVENTS",
            text: #"{"scenes":[{"start_s":0},{"start_s":3},{"start_s":1e12}]}"#),
        Case(
            words: "evaluate --truth FILE --detected EVENTS",
            text: #"{"fps":1e-5,"boundaries":[3,999999999]}"#),
        Case(
            words: "correct EVENTS FILE",
            text: """
                TITLE: a
                001  AX  V  C  00:00:00:00 23:59:58:00 00:00:00:00 23:59:58:00
                002  AX  V  C  23:59:58:00 23:59:59:00 23:59:58:00 23:59:59:00
                * FRAME RATE: 1/999999999

                """, name: "a.edl"),
    ]

    @Test(arguments: cases)
    func oneLineAndAStatus(row: Case) throws {
        let file = try Scratch.file(row.name)
        try Data(row.text.utf8).write(to: file)
        let events = Scratch.path("a.jsonl")
        let film = Fixtures.path("cuts.mp4")
        _ = try Program.run(["segment", film, "--quiet", "--output", events.path])
        let words = row.words.split(separator: " ").map { word in
            switch word {
            case "FILE": file.path
            case "FILM": film
            case "EVENTS": events.path
            default: String(word)
            }
        }
        let outcome = try Program.run(words)
        #expect(outcome.status == (row.isTaken ? 0 : 65), "\(outcome)")
        #expect(outcome.errorLines.count == (row.isTaken ? 0 : 1), "\(outcome)")
    }

    /// The places of sheets, which a person fills in.
    @Test(
        arguments: [
            #""fps":1e300,"frames":10,"lists":2,"agreed":[],"places":[]"#,
            #""fps":25,"frames":9223372036854775807,"lists":2,"agreed":[],"places":[]"#,
            #""fps":25,"frames":10,"lists":2,"agreed":[],"places":[{"place":1,"first":0,"last":9223372036854775807}]"#,
        ])
    func placesOfSheets(fields: String) throws {
        let folder = try Scratch.emptyFolder()
        try Data(#"{"version":1,"film":"a",\#(fields)}"#.utf8).write(
            to: folder.appending(path: "places.json"))
        try Data("1 cut 5\n".utf8).write(to: folder.appending(path: "answers.txt"))
        let outcome = try Program.run(["evaluate", "marks", folder.path])
        #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome)")
    }
}
