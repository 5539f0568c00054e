import SceneCorrections
import TextFiles
import Testing

/// The file that the report page saves.
@Suite struct CorrectionsTests {
    private func file(_ text: String) -> TextFile { TextFile(path: "a.corrections.json", text: text) }

    private func file(entries: String) -> TextFile {
        file(#"{"type":"scened_corrections","version":1,"run":"R","corrections":[\#(entries)]}"#)
    }

    @Test func everyEntryIsRead() throws {
        let corrections = try Corrections(
            file(
                entries: """
                    {"action":"confirm","id":"boundary/0/1"}, {"action":"remove","id":"boundary/0/2"},
                    {"action":"move","id":"boundary/0/3","to":{"t":0.5,"pts":4,"time_base":"1/8"}},
                    {"action":"add","at":{"t":0.625,"pts":5,"time_base":"1/8","frame":9},"note":"later"}
                    """))
        #expect(corrections.run == "R")
        #expect(
            corrections.entries == [
                .confirm("boundary/0/1"), .remove("boundary/0/2"),
                .move(
                    "boundary/0/3", to: CorrectedPlace(pts: 4, timeBase: "1/8", microseconds: 500_000)),
                .add(CorrectedPlace(pts: 5, timeBase: "1/8", microseconds: 625_000)),
            ])
        #expect(try Corrections(file(entries: "")).entries == [])
    }

    @Test(arguments: [
        ("", "is not valid JSON"), ("[]", "it has the wrong type"), ("{}", "type is not"),
        (#"{"type":"other"}"#, "type is not"),
        (#"{"type":"scened_corrections","version":2,"run":"R","corrections":[]}"#, "has version 2"),
        (#"{"type":"scened_corrections","version":1,"corrections":[]}"#, "run is missing"),
        (
            #"{"type":"scened_corrections","version":1,"run":"R","corrections":7}"#,
            "corrections has the wrong"
        ),
        (#"{"type":"scened_corrections","version":1,"run":"R","run":"R","corrections":[]}"#, "given twice"),
    ])
    func otherTextsAreRefused(text: String, reason: String) {
        let error = #expect(throws: TextFileError.self) { try Corrections(file(text)) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        "{}", "7", #"{"action":"confirm"}"#, #"{"action":"explode","id":"a"}"#,
        #"{"action":"move","id":"a"}"#, #"{"action":"add"}"#, #"{"action":"add","at":{"pts":3}}"#,
        #"{"action":"add","at":{"t":"soon"}}"#, #"{"action":"remove","id":7}"#,
    ])
    func otherEntriesAreRefused(entry: String) {
        #expect(throws: TextFileError.self) { try Corrections(file(entries: entry)) }
    }

    @Test func filesAreToldApart() {
        #expect(Corrections.recognizes(file(entries: "")))
        for text in ["", "[]", "{}", #"{"type":"boundary"}"#, "0.5\n1.5\n"] {
            #expect(!Corrections.recognizes(file(text)))
        }
    }
}
