import SceneEvaluation
import TextFiles
import Testing

/// Lists of examples: what they say, and what is refused.
@Suite struct TagExampleTests {
    private func list(_ text: String) throws -> TagExampleList {
        try TagExampleList(TextFile(path: "e.csv", text: text))
    }

    @Test func linesOfAStretchAreOneExample() throws {
        let list = try list("b,0:10,0:20,snow\na,1,2.5,night\nb,10,20,night\nb,10,20s,snow\n")
        #expect(list.labels == ["night", "snow"] && list.repeats == 1)
        #expect(
            list.examples == [
                TagExample(recording: "a", start: 1_000_000, end: 2_500_000, shown: ["night"], line: 2),
                TagExample(
                    recording: "b", start: 10_000_000, end: 20_000_000, shown: ["night", "snow"], line: 1),
            ])
        #expect(list.answers == [[true, false], [true, true]])
    }

    /// What is named is there; what is denied is not; a denial says nothing else; an empty label denies all;
    /// what an overlapping example shows is not known.
    @Test func answers() throws {
        let list = try list(
            """
            recording,start,end,label
            a,0,10,snow
            a,10,20,night
            a,15,30,snow
            a,40,50,not snow
            a,60,70,
            b,10,20,snow
            """)
        #expect(list.labels == ["night", "snow"])
        #expect(
            list.answers == [
                [false, true],  // a 0
                [true, nil],  // a 10: snow from 15 on overlaps
                [nil, true],  // a 15: night until 20 overlaps
                [nil, false],  // a 40: denies snow only
                [false, false],  // a 60: nothing of both
                [false, true],  // b 10: other recordings do not overlap
            ])
    }

    @Test func headersAndValues() throws {
        let plain = try list("a,0,10,\"snow, deep\"\na,20,30,not ice\n")
        let named = try list(
            "label,value,start,recording,end\n\"snow, deep\",1,0,a,10\nice,0,20,a,30\n")
        #expect(plain.examples.map(\.shown) == named.examples.map(\.shown))
        #expect(plain.answers == named.answers && plain.labels == ["ice", "snow, deep"])
        let five = try list("a,0,10,snow,1\na,20,30,snow,0\na,40,50,snow,\n")
        #expect(five.answers == [[true], [false], [true]])
        #expect(try list("\u{FEFF}Recording,Start,End,Label\r\na,0,1,x\r\n").labels == ["x"])
    }

    /// The order of lines does not show.
    @Test func orderDoesNotMatter() throws {
        var lines = (0..<40).map { "r\($0 % 3),\($0),\($0 + 2),l\($0 % 4)" }
        let wanted = try list(lines.joined(separator: "\n"))
        for seed in 1..<6 {
            lines = lines.enumerated().sorted {
                ($0.offset * 7919 * seed) % 41 < ($1.offset * 7919 * seed) % 41
            }
            .map(\.element)
            let found = try list(lines.joined(separator: "\n"))
            #expect(found.labels == wanted.labels && found.answers == wanted.answers)
            #expect(found.examples.map(\.start) == wanted.examples.map(\.start))
        }
    }

    /// The overlap rule against all pairs.
    @Test func overlapsAgainstAllPairs() {
        var examples: [TagExample] = []
        for place in 0..<60 {
            let start = Int64((place * 37) % 100)
            examples.append(
                TagExample(
                    recording: "r\(place % 3)", start: start * 10 + Int64(place),
                    end: start * 10 + Int64(place + 3 + place % 17),
                    shown: ["l\(place % 5)"]))
        }
        let list = TagExampleList(examples)
        for (row, example) in list.examples.enumerated() {
            for (column, label) in list.labels.enumerated() {
                let overlaps = list.examples.contains {
                    $0.recording == example.recording && $0.shown.contains(label)
                        && $0.start < example.end && example.start < $0.end
                }
                let wanted: Bool? = example.shown.contains(label) ? true : overlaps ? nil : false
                #expect(list.answers[row][column] == wanted, "\(example) \(label)")
            }
        }
    }

    private static let long = String(repeating: "x", count: 201)

    private static let refusals: [(text: String, problem: String)] = [
        ("", "is empty"), ("recording,start,end,label\n", "no line below"), ("a,0,10\n", "3 values"),
        ("a,0,10,x\na,20,30\n", ":2: has 3 values"), ("a,10,10,x\n", "not after its start"),
        ("a,0:20,0:10,x\n", "ends at 0:10"), ("a,nan,10,x\n", "'nan' is not a time"),
        ("a,-1,10,x\n", "'-1' is not a time"), ("a,0,inf,x\n", "'inf' is not a time"),
        (",0,1,x\n", "no recording"),
        ("recording,start,end\na,0,1\n", "lacks 'label'"),
        ("a,0,1,x\na,0,1,not x\n", ":2: another line says the opposite"),
        ("a,0,1,not x\na,0,1,x\n", "the opposite"), ("a,0,1,x\na,0,1,\n", "names no label"),
        ("a,0,1,\na,0,1,x\n", "shows none of the labels"), ("a,0,1,x,2\n", "'2' is not a value"),
        ("a,0,1,not x,0\n", "beside 'not'"), ("a,0,1,\"not \"\n", "'not' what"), ("a,0,1,\"x\n", "a quote"),
        ("a,0,1,x\u{7}y\n", "control characters"),
        ("a,0,1," + long + "\n", "200 bytes"),
    ]

    @Test(arguments: refusals)
    func refused(text: String, problem: String) throws {
        let error = #expect(throws: TextFileError.self) { try list(text) }
        let message = error?.description ?? ""
        #expect(
            message.contains(problem) && message.contains("; ") && message.hasPrefix("e.csv"), "\(message)")
    }

    @Test func tooMany() throws {
        let labels = (0...TagExampleList.mostLabels).map { "a,\($0),\($0 + 1),l\($0)" }
        let error = #expect(throws: TextFileError.self) { try list(labels.joined(separator: "\n")) }
        #expect(error?.description.contains("1001 labels") == true)
    }
}

/// Figures of a label against values worked out by hand.
@Suite struct TagFigureTests {
    /// Scores 4, 3, 2, 1, 0 with shown, not, shown, not, not: precision 1 at recall 1/2, 2/3 at 1.
    @Test func byHand() throws {
        let places = zip([3.0, 1, 4, 2, 0], [false, false, true, true, false]).map { score, isShown in
            TagFigures.Place(score: score, probability: isShown ? 0.9 : 0.2, isShown: isShown)
        }
        let figures = TagFigures(places)
        let precision = try #require(figures.averagePrecision)
        #expect(abs(precision - 5.0 / 6) < 1e-12)
        #expect(figures.chance == 0.4)
        #expect(figures.precision(atRecall: 0.5) == 1)
        #expect(figures.precision(atRecall: 0.51) == 2.0 / 3 && figures.precision(atRecall: 0.9) == 2.0 / 3)
        // Two bins: .2 x 3 of which none is shown, .9 x 2 of which both are.
        let error = try #require(figures.calibrationError)
        #expect(abs(error - 0.16) < 1e-12)
    }

    @Test func nothing() {
        let none = TagFigures([])
        #expect(none.averagePrecision == nil && none.chance == nil && none.calibrationError == nil)
        let hidden = TagFigures([.init(score: 1, probability: 0.5, isShown: false)])
        #expect(
            hidden.averagePrecision == nil && hidden.precision(atRecall: 0.5) == nil && hidden.chance == 0)
    }
}
