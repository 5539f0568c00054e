import SceneEvaluation
import TestSupport
import Testing
import TextFiles

/// From two lists of cuts to places that a person looks at, and from answers to labels.
@Suite struct MarkingTests {
    private static func cuts(_ places: Int64...) -> ShotDetections {
        ShotDetections(places.map { .init(at: $0) })
    }

    private static func gradual(_ first: Int64, _ last: Int64) -> ShotDetections.Entry {
        .init(at: first + (last - first + 1) / 2, mixed: first...last)
    }

    struct Case: Sendable {
        var one: [ShotDetections.Entry]
        var other: [ShotDetections.Entry]
        var agreed: [Int64] = []
        var differing: [ClosedRange<Int64>] = []
    }

    @Test(arguments: [
        Case(one: [], other: []),
        Case(one: [.init(at: 10)], other: [.init(at: 10)], agreed: [10]),
        Case(one: [.init(at: 10)], other: [], differing: [10...10]),
        Case(one: [.init(at: 10)], other: [.init(at: 12)], differing: [10...12]),
        Case(one: [.init(at: 10)], other: [.init(at: 13)], differing: [10...10, 13...13]),
        // Something more beside a cut that both have.
        Case(one: [.init(at: 10), .init(at: 12)], other: [.init(at: 10)], differing: [10...12]),
        Case(
            one: [.init(at: 10), .init(at: 13)], other: [.init(at: 10)], agreed: [10], differing: [13...13]),
        Case(
            one: [.init(at: 10), .init(at: 12)], other: [.init(at: 10), .init(at: 12)], differing: [10...12]),
        // Another kind, and gradual changes, whose edges are never certain.
        Case(one: [gradual(8, 12)], other: [.init(at: 10)], differing: [8...12]),
        Case(one: [gradual(8, 12)], other: [gradual(8, 12)], differing: [8...12]),
        Case(one: [gradual(10, 10)], other: [gradual(10, 10)], differing: [10...10]),
        Case(
            one: [gradual(8, 20)], other: [.init(at: 10), .init(at: 22), .init(at: 25)],
            differing: [8...22, 25...25]),
    ])
    func listsAreCompared(_ row: Case) {
        let (one, other) = (ShotDetections(row.one), ShotDetections(row.other))
        let dispute = ShotDispute([one, other])
        #expect(dispute.agreed == row.agreed && dispute.differing == row.differing)
        #expect(dispute == ShotDispute([other, one]), "which list is which leaves a trace")
    }

    @Test func allListsHaveToAgree() {
        let (one, other) = (Self.cuts(10, 20, 30), Self.cuts(10, 30))
        #expect(ShotDispute([one, other, one]).agreed == [10, 30])
        #expect(ShotDispute([one, other, Self.cuts(31)]).differing == [10...10, 20...20, 30...31])
        #expect(ShotDispute([one, one, Self.cuts()]).agreed.isEmpty)
    }

    private static let dispute = ShotDispute([
        cuts(100, 200, 300, 400, 500, 600),
        ShotDetections([
            .init(at: 100), .init(at: 201), .init(at: 300), gradual(440, 460), .init(at: 500),
        ]),
    ])

    private static func plan(sample: Int = 0, seed: UInt64 = 1) -> MarkingPlan {
        MarkingPlan(dispute, film: "f.mp4", pictureCount: 1000, frameRate: 25, sample: sample, seed: seed)
    }

    @Test func placesAreLaidOutByChance() throws {
        let differing = Set([200...201, 400...400, 440...460, 600...600] as [ClosedRange<Int64>])
        let plan = Self.plan()
        #expect(plan.agreed == [100, 300, 500] && Set(plan.places.map(\.pictures)) == differing)
        #expect(plan.places.map(\.number) == [1, 2, 3, 4] && plan == Self.plan())
        let orders = Set((1...30).map { Self.plan(seed: $0).places.map(\.pictures) })
        #expect(orders.count > 10)
        let sampled = Self.plan(sample: 2)
        let asked = sampled.places.compactMap(\.agreed)
        #expect(
            asked.count == 2 && Set(asked + sampled.agreed) == [100, 300, 500] && sampled.places.count == 6)
        #expect(Self.plan(sample: 9).agreed.isEmpty)
        #expect(try MarkingPlan.read(TextFile(path: "places.json", text: sampled.json)) == sampled)
    }

    @Test func placesAreShownWithTheirSurroundings() {
        let shown = MarkingPlan.shown(100...101, around: 8)
        #expect(shown.filter { 92...109 ~= $0 } == Array(92...109))
        #expect(
            shown.prefix(6) == [56, 62, 68, 74, 80, 86] && shown.suffix(6) == [115, 121, 127, 133, 139, 145])
        #expect(MarkingPlan.shown(3...3, around: 4) == Array(0...7) + [13, 19, 25, 31, 37, 43])
        let long = MarkingPlan.shown(0...900, around: 8)
        #expect(long.count < 180 && long == long.sorted() && Set(long).count == long.count)
    }

    private static func file(_ answers: [Int: String]) -> TextFile {
        let plan = plan()
        let lines = plan.places.map {
            "\(MarkingAnswers.head(of: $0)) \(answers[$0.number] ?? "nothing")\r\n"
        }
        return TextFile(path: "answers.txt", text: MarkingAnswers.preamble(film: "f\n.mp4") + lines.joined())
    }

    /// The number of the place that begins with picture `first`.
    private static func number(_ first: Int64) throws -> Int {
        try #require(plan().places.first { $0.pictures.lowerBound == first }).number
    }

    @Test(
        arguments: [
            ("nothing", [], "", ""), ("  Nothing FLASH # a lamp: on", [], "flash", "a lamp: on"),
            ("cut 201", [MarkingAnswer.Change.cut(201)], "", ""),
            (
                "dissolve 195 203#slow # very", [.gradual(.init(kind: "dissolve", first: 195, last: 203))],
                "", "slow # very"
            ),
            (
                "cut 200; ;wipe 204 204", [.cut(200), .gradual(.init(kind: "wipe", first: 204, last: 204))],
                "", ""
            ),
        ] as [(String, [MarkingAnswer.Change], String, String)])
    func answersAreRead(_ text: String, _ changes: [MarkingAnswer.Change], _ word: String, _ reason: String)
        throws
    {
        let number = try Self.number(200)
        let answers = try MarkingAnswers.read(Self.file([number: text]), plan: Self.plan())
        let answer = try #require(answers.first { $0.place == number })
        #expect(answer.changes == changes && answer.distractor == word && answer.reason == reason)
        let again = try MarkingAnswers.read(Self.file([number: answer.text]), plan: Self.plan())
        #expect(again.first { $0.place == number }?.changes == changes)
    }

    @Test(arguments: [
        ("", "1 of 4 places have no answer"), ("# maybe", "no answer"), ("cut", "'cut' is not an answer"),
        ("cut 1 2", "is not an answer"), ("dissolve 5", "is not an answer"),
        ("melt 200 201", "is not an answer"),
        ("cut 201x", "is not an answer"), ("cut -1", "lies far"),
        ("cut 700", "'cut 700' lies far from place"),
        ("dissolve 203 200", "ends before it begins"), ("nothing; cut 201", "is nothing and a change"),
    ])
    func unusableAnswersAreRefused(_ text: String, _ message: String) throws {
        let number = try Self.number(200)
        let error = #expect(throws: TextFileError.self) {
            try MarkingAnswers.read(Self.file([number: text]), plan: Self.plan())
        }
        let words = error?.description ?? ""
        #expect(words.contains(message) && words.contains("; "), "\(words)")
    }

    @Test(arguments: [
        ("9 (1-2): nothing", "not a place of these sheets"), ("hello", "not a place of these sheets"),
        ("1", "not a place of these sheets"),
    ])
    func answersToOtherSheetsAreRefused(_ line: String, _ message: String) throws {
        let file = Self.file([:])
        func refusal(_ line: String) -> String {
            let file = TextFile(path: "answers.txt", text: file.text + line)
            let error = #expect(throws: TextFileError.self) {
                try MarkingAnswers.read(file, plan: Self.plan())
            }
            return error?.description ?? ""
        }
        #expect(refusal(line).contains(message))
        #expect(refusal(file.lines[file.lines.count - 1].text).contains("answered twice"))
    }

    @Test func answersBecomeLabels() throws {
        let answers = [
            try Self.number(200): "cut 201 # the door", try Self.number(400): "nothing flash",
            try Self.number(440): "dissolve 438 462", try Self.number(600): "dissolve 438 462; cut 598",
        ]
        let marked = try MarkedTruth(
            Self.plan(), MarkingAnswers.read(Self.file(answers), plan: Self.plan()))
        let read = try Self.read(marked.json)
        var expected = marked.truth
        expected.film = "f"
        #expect(read == expected)
        #expect(read.cuts == [100, 201, 300, 500, 598] && read.frameRate == 25)
        #expect(read.graduals == [.init(kind: "dissolve", first: 438, last: 462)])
        #expect(read.distractors == [.init(kind: "flash", first: 400, last: 400)])
        #expect(marked.json.contains(#"{"first":200,"last":201,"answer":"cut 201","reason":"the door"}"#))
        #expect(
            marked.how.contains("3 hard cuts") && marked.how.contains("4 places") && marked.overruled.isEmpty)
    }

    /// Who looked at a gradual change knows better than two lists that saw a cut in it.
    @Test func answersOverruleWhatNobodyLookedAt() throws {
        let answers = [try Self.number(440): "dissolve 440 505"]
        let marked = try MarkedTruth(
            Self.plan(), MarkingAnswers.read(Self.file(answers), plan: Self.plan()))
        #expect(marked.overruled == [500] && marked.truth.cuts == [100, 300])
        #expect(marked.truth.distractors.map(\.kind) == ["nothing", "nothing", "nothing"])
        #expect(marked.how.contains("2 hard cuts"))
    }

    @Test func answersThatContradictAreRefused() throws {
        let answers = [try Self.number(400): "wipe 398 450", try Self.number(440): "cut 445"]
        let read = try MarkingAnswers.read(Self.file(answers), plan: Self.plan())
        let error = #expect(throws: EvaluationError.self) { try MarkedTruth(Self.plan(), read) }
        #expect(error?.description.contains("overlap at picture 445; make them say the same") == true)
    }

    @Test func theSampleIsCounted() throws {
        let plan = Self.plan(sample: 3)
        let answers = plan.places.map { place in
            MarkingAnswer(
                place: place.number,
                changes: place.agreed.map { [.cut($0 == 300 ? 301 : $0)] } ?? [
                    .cut(place.pictures.lowerBound)
                ])
        }
        let marked = try MarkedTruth(plan, answers)
        #expect(marked.truth.cuts == [100, 200, 301, 400, 440, 500, 600])
        #expect(
            marked.how
                == "Two lists of cuts differ at 4 places, judged from the pictures without knowing which list said what. "
                + "So were 3 cuts on which the lists agree; 2 of these are right.")
    }

    private static func read(_ json: String) throws -> ShotTruth {
        try Files.temporary(["f.mp4": json]) { folder in
            try ShotTruth.read(path: folder + "/f.mp4", frameRate: nil)
        }
    }
}
