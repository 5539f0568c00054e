import FoundationEssentials
import Platform
import SceneEvents
import SceneIndex
import ScenePipeline
import SceneSegmentation
import TensorKernels
import TestSupport
import Testing
import Timeline

@Suite struct SceneRecallTests {
    private static let timeBase = TimeBase(numerator: 1, denominator: 1000)
    /// The first picture stands here, in ticks.
    private static let origin: Int64 = 5000

    /// A part of one second, `second` seconds behind the first picture.
    private static func part(_ second: Int, _ embedding: [Float]) -> EncodedPart {
        let start = origin + Int64(second) * 1000
        return EncodedPart(
            index: second, shotIndex: second, start: Instant(pts: start), end: Instant(pts: start + 1000),
            duration: 1, entry: nil, isLastOfShot: true, embedding: embedding)
    }

    private static func scene(_ index: Int, _ seconds: Range<Int>) -> Scene {
        Scene(
            index: index, start: Instant(pts: origin + Int64(seconds.lowerBound) * 1000),
            end: Instant(pts: origin + Int64(seconds.upperBound) * 1000), endReason: .boundary, score: nil,
            firstShot: seconds.lowerBound, lastShot: seconds.upperBound - 1)
    }

    private static func options(repeats: Bool = true, threshold: Double = 0.9) -> RecallOptions {
        var options = RecallOptions()
        options.repeats = repeats
        options.threshold = threshold
        return options
    }

    private static func named(_ recall: inout SceneRecall, _ scene: Scene) -> SceneRecognition? {
        var events: [Event] = [.watermark(scene.start), .scene(scene)]
        recall.name(&events)
        guard case .scene(let named) = events[1] else { return nil }
        return named.seen
    }

    /// Scenes of two kinds, some that show nothing; of each, how often its like was on before in the run.
    @Test func ownScenesAreCounted() throws {
        let (news, rain, black): ([Float], [Float], [Float]) = (
            [1, 0, 0.1, 0], [0, 1, 0, 0.2], [0, 0, 0, 0]
        )
        let shown = [news, rain, news, black, news, black, rain]
        var recall = SceneRecall(timeBase: Self.timeBase, options: Self.options(), width: 4)
        var answers: [SceneRecognition?] = []
        for (place, embedding) in shown.enumerated() {
            for second in 2 * place..<2 * place + 2 { recall.push(Self.part(second, embedding)) }
            // A part of the next scene has come when this one is told.
            answers.append(Self.named(&recall, Self.scene(place, 2 * place..<2 * place + 2)))
        }
        #expect(answers.map { $0?.count } == [0, 0, 1, nil, 2, nil, 1])
        #expect(answers[3] == .unknown && answers[0] == .new)
        guard case .seen(let sightings) = answers[4] else {
            Issue.record("it was seen")
            return
        }
        // Of equal scores the later one is the best.
        #expect(sightings.last.scene == 3 && sightings.best.scene == 3 && sightings.last.recording == nil)
        #expect(sightings.last.start == 4_000_000 && sightings.last.end == 6_000_000)
        #expect(sightings.best.score == Score(1) && sightings.last.aired == nil)
    }

    /// What lies behind a scene's end counts for the next one, and none of it is lost.
    @Test func partsBehindAnEndAreTheNextScenes() {
        var recall = SceneRecall(timeBase: Self.timeBase, options: Self.options(threshold: 0.999), width: 2)
        for second in 0..<3 { recall.push(Self.part(second, [1, 0])) }
        for second in 3..<6 { recall.push(Self.part(second, [0, 1])) }
        #expect(Self.named(&recall, Self.scene(0, 0..<3)) == .new)
        #expect(Self.named(&recall, Self.scene(1, 3..<6)) == .new)
        for second in 6..<9 { recall.push(Self.part(second, [0, 1])) }
        guard case .seen(let sightings) = Self.named(&recall, Self.scene(2, 6..<9)) else {
            Issue.record("the second scene was all [0, 1]")
            return
        }
        #expect(sightings.count == 1 && sightings.last.scene == 2 && sightings.best.score == Score(1))
    }

    /// A scene that began before the first part, as behind a restart, has no answer; nor is it remembered.
    @Test func aBeginningThatNobodySawMakesItUnknown() {
        var recall = SceneRecall(
            timeBase: Self.timeBase, options: Self.options(), width: 2, origin: Self.origin)
        for second in 3..<8 { recall.push(Self.part(second, [1, 0])) }
        #expect(Self.named(&recall, Self.scene(0, 0..<5)) == .unknown)
        #expect(Self.named(&recall, Self.scene(1, 5..<8)) == .new)
    }

    /// A scene that has an answer keeps it.
    @Test func answersStay() {
        var recall = SceneRecall(timeBase: Self.timeBase, options: Self.options(), width: 2)
        recall.push(Self.part(0, [1, 0]))
        var scene = Self.scene(0, 0..<1)
        scene.seen = .unknown
        #expect(Self.named(&recall, scene) == .unknown)
    }

    /// Without `repeats`, only the index counts; the last sighting is the one that was on air last, whatever
    /// the order in which recordings were added, and recordings that nobody dated were on when they came.
    @Test func theIndexIsAsked() throws {
        let folder = try Files.temporaryFolder()
        let path = folder.path + "/index"
        let maker = EmbeddingMaker(name: "made-up", width: 4, digest: nil)
        do {
            let writer = try SceneIndexWriter(
                directory: path, files: PosixFiles(), fresh: maker.manifest(RecallOptions().encoder))
            for (name, aired, values) in [
                ("late", "2026-03-01T10:00:00Z", [1, 0, 0.05, 0]),
                ("early", "2026-01-01T10:00:00Z", [1, 0, 0, 0]),
                ("other", "2026-09-01T10:00:00Z", [0, 1, 0, 0]), ("undated", nil, [1, 0.1, 0, 0]),
            ] as [(String, String?, [Float])] {
                let scene = IndexedScene(
                    number: 7, start: 90_000_000, end: 95_000_000, vector: HalfVector(values))
                _ = try writer.add(
                    name, [scene], indexed: "2026-02-01T10:00:00Z", aired: aired, replaces: false)
            }
        }
        let options = try RecallOptions(
            directory: path, threshold: 0.9, repeats: false, maker: maker, files: PosixFiles())
        var recall = SceneRecall(timeBase: Self.timeBase, options: options, width: 4)
        for second in 0..<4 { recall.push(Self.part(second, [1, 0, 0, 0])) }
        for scene in [Self.scene(0, 0..<2), Self.scene(1, 2..<4)] {
            guard case .seen(let sightings) = Self.named(&recall, scene) else {
                Issue.record("three recordings show it")
                return
            }
            #expect(sightings.count == 3)
            #expect(sightings.best.recording == "early" && sightings.best.score == Score(1))
            #expect(sightings.last.recording == "late" && sightings.last.scene == 7)
            #expect(sightings.last.start == 90_000_000 && sightings.last.end == 95_000_000)
            #expect(sightings.last.aired == "2026-03-01T10:01:30.000Z")
        }
        #expect(throws: IndexError.self) {
            try RecallOptions(
                directory: path, threshold: nil, repeats: false,
                maker: EmbeddingMaker(name: "another", width: 4, digest: nil), files: PosixFiles())
        }
        #expect(throws: IndexError.self) {
            try RecallOptions(
                directory: folder.path + "/none", threshold: nil, repeats: true, maker: maker,
                files: PosixFiles())
        }
        // A threshold that was set for the index counts where nobody names another.
        try SceneIndexWriter(directory: path, files: PosixFiles(), fresh: nil).set(
            IndexThreshold(threshold: 0.75, matchesPerDay: 1, hours: 2))
        for (asked, expected) in [(nil, 0.75), (0.5, 0.5)] as [(Double?, Double)] {
            let options = try RecallOptions(
                directory: path, threshold: asked, repeats: false, maker: maker, files: PosixFiles())
            #expect(options.threshold == expected)
        }
    }
}
