import Foundation
import SceneCatalogue
import TestSupport
import Testing

/// What a catalogue answers.
@Suite struct CatalogueQuestionTests {
    /// `a`: scenes of 12.5, 62.5 and 8.3 s; `news/b`: 100 s; `news/c`, which broke off: 2 s, with a tag.
    private static func reader() throws -> CatalogueReader {
        let path = try Files.temporaryFolder().appending(path: "films.sqlite").path
        let tagged = try Results.entry("news/c", SampleStream.oneScene, damage: "it broke off") {
            $0.replacingOccurrences(
                of: #","first_shot""#,
                with:
                    #","tags":[{"label":"goal","probability":0.9},{"label":"it's","probability":0.5},{"label":"snow","probability":0.499999}],"sentence_tags":[{"name":"night","share":0.1,"cosine":0.25},{"name":"goal","share":0.1,"cosine":0.2},{"name":"day","share":0.099999,"cosine":0.2}],"first_shot""#
            )
        }
        try Results.catalogue(
            [
                try Results.entry("a", SampleStream(lengths: [300, 1500, 200])),
                try Results.entry("news/b", SampleStream(lengths: [2400])), tagged,
            ], at: path)
        return try CatalogueReader(path)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var what: String
        var ask: @Sendable (inout CatalogueQuestion) -> Void
        /// Film and, where there is one, number of each row.
        var rows: [String]
        var testDescription: String { what }
    }

    static let cases = [
        Case(what: "all", ask: { _ in }, rows: ["a 1", "a 2", "a 3", "news/b 1", "news/c 1"]),
        Case(what: "longer", ask: { $0.longerThan = 12.5 }, rows: ["news/b 1", "a 2", "a 1"]),
        Case(what: "shorter", ask: { $0.shorterThan = 12.5 }, rows: ["news/c 1", "a 3", "a 1"]),
        Case(
            what: "between, by name",
            ask: { ($0.longerThan, $0.shorterThan, $0.order) = (5, 70, .name) }, rows: ["a 1", "a 2", "a 3"]),
        Case(what: "pattern", ask: { $0.name = "news/*" }, rows: ["news/b 1", "news/c 1"]),
        Case(what: "limit", ask: { ($0.limit, $0.longerThan) = (1, 0) }, rows: ["news/b 1"]),
        // By the probe, then by the sentence.
        Case(what: "tag", ask: { $0.tag = "goal" }, rows: ["news/c 1", "news/c 1"]),
        Case(what: "a sentence", ask: { $0.tag = "night" }, rows: ["news/c 1"]),
        Case(what: "a tag that is not likely", ask: { $0.tag = "snow" }, rows: []),
        Case(what: "a sentence with a small share", ask: { $0.tag = "day" }, rows: []),
        Case(what: "a tag with a quotation mark", ask: { $0.tag = "it's" }, rows: ["news/c 1"]),
        Case(what: "no such tag", ask: { $0.tag = "goals" }, rows: []),
        Case(what: "damaged", ask: { $0.isDamaged = true }, rows: ["news/c 1"]),
        Case(
            what: "score", ask: { ($0.order, $0.expression) = (.score, "score is not null") },
            rows: ["a 2", "a 1"]),
        Case(
            what: "expression", ask: { $0.expression = "length > 10 and codec = 'h264' -- so" },
            rows: ["a 1", "a 2", "news/b 1"]),
        Case(
            what: "expression of options",
            ask: { $0.expression = "options ->> '$.threshold' = 0.5 and name like 'NEWS%'" },
            rows: ["news/b 1", "news/c 1"]),
        Case(
            what: "value of a tag", ask: { ($0.tag, $0.expression) = ("goal", "value > 0.95") }, rows: []),
        Case(what: "films", ask: { $0.subject = .films }, rows: ["a", "news/b", "news/c"]),
        Case(
            what: "films by doubt", ask: { ($0.subject, $0.isDoubtful, $0.name) = (.films, true, "[a-b]") },
            rows: ["a"]),
        Case(
            what: "boundaries", ask: { ($0.subject, $0.isDoubtful) = (.boundaries, true) },
            rows: ["a 1", "a 2"]),
        Case(what: "shots", ask: { ($0.subject, $0.longerThan) = (.shots, 60) }, rows: ["news/b 1", "a 2"]),
    ]

    @Test(arguments: cases)
    func answers(_ testCase: Case) throws {
        var question = CatalogueQuestion()
        testCase.ask(&question)
        let reader = try Self.reader()
        let answer = try reader.answer(question)
        #expect(answer.columns == question.columns)
        let number = answer.columns.firstIndex { ["scene", "shot", "boundary"].contains($0) }
        var rows: [String] = []
        while let row = try answer.next() {
            guard case .text(let name) = row[0] else { continue }
            if let number, case .integer(let value) = row[number] {
                rows.append("\(name) \(value)")
            } else {
                rows.append(name)
            }
        }
        #expect(rows == testCase.rows)
        question.isCount = true
        if question.limit == nil {
            #expect(try reader.answer(question).next()?.first == .integer(Int64(rows.count)))
        }
    }

    /// One clear line, and nothing is changed, whatever the expression says.
    @Test(arguments: [
        ("lenght > 5", "no such column: lenght"), ("length >", "syntax error"),
        ("1; DROP TABLE scenes", "near \";\""),
        ("length > ?", "parameter"), ("1) OR (1", nil), ("load_extension('x')", "not authorized"),
        ("a.b", "no such column"),
        ("length > :x", "parameter"), ("json(name)", "malformed JSON"), (")", "syntax error"),
        ("length > 5 /*", "incomplete input"), ("'", "unrecognized token"),
        ("1 = (DELETE FROM scenes)", "syntax error"),
    ])
    func wrongExpressions(expression: String, says: String?) throws {
        let reader = try Self.reader()
        var question = CatalogueQuestion()
        question.expression = expression
        func ask() throws {
            let rows = try reader.answer(question)
            while try rows.next() != nil {}
        }
        if let says {
            let error = #expect(throws: CatalogueError.self, "\(expression)") { try ask() }
            #expect(
                error?.code == .question && error?.description.contains(says) == true,
                "\(expression): \(error?.description ?? "")")
        } else {
            #expect(throws: Never.self) { try ask() }
        }
        #expect(try reader.summary().scenes == 5)
    }

    @Test func summary() throws {
        let summary = try Self.reader().summary()
        #expect(
            summary
                == CatalogueSummary.sample)
        #expect(try Self.reader().names(withFile: "report.html") == ["a", "news/b", "news/c"])
        #expect(try Self.reader().names(withFile: "report").isEmpty)
        #expect(
            try Self.reader().likelyTags() == [
                CatalogueScene(recording: "news/c", number: 1): ["goal", "it's", "night"]
            ])
        #expect(try Self.reader().folder() == "/results")
    }
}

extension CatalogueSummary {
    /// Of the three films above; each note says a minute and one doubtful boundary.
    fileprivate static var sample: CatalogueSummary {
        var summary = CatalogueSummary()
        (summary.recordings, summary.seconds, summary.shots, summary.scenes) = (3, 180, 5, 5)
        (summary.boundaries, summary.doubtful, summary.damaged) = (2, 3, 1)
        summary.tags = ["day", "goal", "it's", "night", "snow"]
        return summary
    }
}
