import SceneEvaluation
import TestSupport
import Testing
import TextFiles

/// Figures of blocks, by hand.
@Suite struct BlockEvaluationTests {
    private static let truth = """
        {"blocks":[{"start":0,"end":100,"kind":"program"},{"start":101,"end":131,"kind":"adverts"},
        {"start":131,"end":141,"kind":"sponsor"},{"start":141,"kind":"program"}],"end":241}
        """

    private static func events(_ blocks: [(Int, Int, String)]) -> String {
        blocks.map { start, end, kind in
            #"{"v":1,"type":"block","seq":1,"id":"block/0/\#(start)","start":{"t":\#(start).0,"pts":\#(start),"#
                + #""time_base":"1/1","frame":null,"timecode":null},"end":{"t":\#(end).0,"pts":\#(end),"time_base":"1/1","#
                + #""frame":null,"timecode":null},"kind":"\#(kind)","probability":0.9,"next":null,"delay":92.5}"#
        }.joined(separator: "\n") + "\n"
    }

    private static func report(_ found: String, tolerance: Double = 2) throws -> String {
        try Files.temporary(["day.json": truth, "day.jsonl": found]) { folder in
            try BlockEvaluation.report(
                .init(
                    truth: [folder + "/day.json"], predictions: [folder + "/day.jsonl"], tolerance: tolerance)
            ).json
        }
    }

    @Test func whatIsRightIsWhole() throws {
        let json = try Self.report(
            Self.events([
                (0, 101, "program"), (101, 131, "adverts"), (131, 141, "ident"), (141, 241, "program"),
            ]))
        #expect(
            json.contains(#"{"of":"time","precision":1.000000,"recall":1.000000,"f1":1.000000}"#), "\(json)")
        #expect(json.contains(#"{"of":"edges","precision":1.000000,"recall":1.000000,"f1":1.000000}"#))
        #expect(json.contains(#"{"figure":"longest delay of a block","value":92.500000}"#))
        #expect(json.contains(#"{"figure":"the same, seconds","value":0.000000}"#))
    }

    /// A break that begins 10 s early and ends with the adverts: 30 of 40 s, one edge of two, whole.
    @Test func whatIsOffCounts() throws {
        let json = try Self.report(
            Self.events([(0, 91, "program"), (91, 131, "adverts"), (131, 241, "program")]))
        #expect(
            json.contains(#"{"of":"time","precision":0.750000,"recall":0.750000,"f1":0.750000}"#), "\(json)")
        #expect(json.contains(#"{"of":"edges","precision":0.000000,"recall":0.000000,"f1":0.000000}"#))
        #expect(json.contains(#"{"of":"breaks","precision":1.000000,"recall":1.000000,"f1":1.000000}"#))
        // 9 s of the program before; the second that is nobody's does not count.
        #expect(json.contains(#"{"figure":"the same, seconds","value":9.000000}"#))
        let wide = try Self.report(
            Self.events([(0, 91, "program"), (91, 131, "adverts"), (131, 241, "program")]), tolerance: 10)
        #expect(wide.contains(#"{"of":"edges","precision":1.000000,"recall":1.000000,"f1":1.000000}"#))
    }

    @Test func nothingFoundIsNoFigure() throws {
        let json = try Self.report(Self.events([(0, 241, "program")]))
        #expect(json.contains(#"{"of":"time","precision":null,"recall":0.000000,"f1":0.000000}"#), "\(json)")
    }

    @Test(arguments: [
        (#"{"blocks":[{"start":0,"end":5,"kind":"advert"}]}"#, "kind 'advert'"),
        (#"{"blocks":[{"start":0,"kind":"program"}]}"#, "no end"),
        (#"{"blocks":[{"start":3,"end":9,"kind":"ident"},{"start":4,"end":9,"kind":"ident"}]}"#, "block 1"),
        (#"{"blocks":[]}"#, "no block"), (#"{"v":1,"type":"shot"}"#, "no block events"), ("text", "JSON"),
    ])
    func badLabelsAreOneLine(text: String, says: String) throws {
        try Files.temporary(["day.json": text, "day.jsonl": Self.events([(0, 9, "program")])]) { folder in
            let error = #expect(throws: EvaluationError.self) {
                try BlockEvaluation.report(
                    .init(truth: [folder + "/day.json"], predictions: [folder + "/day.jsonl"]))
            }
            #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
        }
    }
}
