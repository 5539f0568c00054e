import Platform
import SceneIndex
import TensorKernels
import Testing

/// The search gives what comparing everything with everything gives.
@Suite struct SceneSearchTests {
    private struct Held {
        var name: String
        var scene: IndexedScene
    }

    /// Brute force: names and numbers, best first.
    private static func nearest(
        _ query: HalfVector, _ held: [Held], count: Int, minimumScore: Float, without: (Held) -> Bool
    ) -> [String] {
        let scored = held.filter { !without($0) }.compactMap { held -> (Float, Held)? in
            cosine(held.scene.vector.floats, query.floats).map { ($0, held) }
        }
        let sorted = scored.filter { $0.0 >= minimumScore }.sorted { left, right in
            if left.0 != right.0 { return left.0 > right.0 }
            return (left.1.name, left.1.scene.start) < (right.1.name, right.1.scene.start)
        }
        return sorted.prefix(count).map { "\($0.1.name)#\($0.1.scene.number)" }
    }

    /// In Float, summed in 16 sums as the header of the kernel says; nil where either has no length.
    private static func cosine(_ left: [Float], _ right: [Float]) -> Float? {
        func dot(_ left: [Float], _ right: [Float]) -> Float {
            var sums = [Float](repeating: 0, count: 16)
            for place in left.indices { sums[place % 16] += left[place] * right[place] }
            for half in [8, 4, 2, 1] { for place in 0..<half { sums[place] += sums[place + half] } }
            return sums[0]
        }
        let square = dot(left, left) * dot(right, right)
        return square > 0 ? dot(left, right) / square.squareRoot() : nil
    }

    private static func names(_ matches: [SceneMatch]) -> [String] {
        matches.map { "\($0.recording.name)#\($0.scene.number)" }
    }

    @Test(arguments: 1...12)
    func bruteForceFindsTheSame(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let width = [4, 16, 24, 37][seed % 4]
        let folder = try IndexFolder(width: width)
        let recordings = (0..<12).map { number in
            let count = 1 + random.position(below: 9)
            return ("r\((number * 7) % 12)", IndexFolder.scenes(count, width: width, using: &random))
        }
        let writer = try folder.writer()
        for (name, scenes) in recordings { try writer.add(name, scenes) }
        try writer.remove("r3")
        let again = IndexFolder.scenes(5, width: width, using: &random)
        #expect(try writer.add("r5", again, replaces: true) == .replaced)
        let index = try folder.index()
        let held =
            recordings.filter { !["r3", "r5"].contains($0.0) }.flatMap { name, scenes in
                scenes.map { Held(name: name, scene: $0) }
            } + again.map { Held(name: "r5", scene: $0) }
        #expect(index.sceneCount == held.count && index.book.rowCount > held.count)
        for (name, scenes) in recordings {
            for scene in scenes {
                for (count, minimum) in [(1, Float(-1)), (5, 0.2), (100, 0.5), (1000, -1)] {
                    let own = index.book.entry(named: name)
                    let excluded = own.map {
                        index.rows(of: $0, overlapping: scene.start..<scene.end)
                    }
                    let queries = [
                        SceneQuery(scene.vector), SceneQuery(scene.vector, excluded: excluded ?? 0..<0),
                    ]
                    let found = SceneSearch(count: count, minimumScore: minimum, threadCount: 1 + count % 3)
                        .nearest(queries, in: index)
                    #expect(
                        Self.names(found[0])
                            == Self.nearest(
                                scene.vector, held, count: count, minimumScore: minimum,
                                without: { _ in false }))
                    #expect(
                        Self.names(found[1])
                            == Self.nearest(
                                scene.vector, held, count: count, minimumScore: minimum,
                                without: {
                                    own != nil && $0.name == name && $0.scene.start < scene.end
                                        && $0.scene.end > scene.start
                                }))
                }
            }
        }
    }

    /// Neither the order of adding nor the number of threads shows, scores included.
    @Test func orderOfAddingDoesNotShow() throws {
        var random = SeededGenerator(seed: 99)
        let recordings = (0..<40).map {
            ("film \($0)", IndexFolder.scenes(1 + $0 % 6, width: 24, using: &random))
        }
        var answers: [[[String]]] = []
        for round in 0..<4 {
            let folder = try IndexFolder()
            let writer = try folder.writer()
            for (name, scenes) in round == 0 ? recordings : recordings.shuffled(using: &random) {
                try writer.add(name, scenes)
            }
            let index = try folder.index()
            let queries = recordings.map { SceneQuery($0.1[0].vector) }
            let found = SceneSearch(count: 9, threadCount: 1 + round).nearest(queries, in: index)
            answers.append(
                found.map { $0.map { "\($0.recording.name)#\($0.scene.number) \($0.score.bitPattern)" } })
        }
        #expect(answers.allSatisfy { $0 == answers[0] } && answers[0].contains { $0.count == 9 })
    }

    /// More scenes than a thread takes at a time, and blocks that end in the middle.
    @Test func manyRows() throws {
        let folder = try IndexFolder(width: 2048)
        var manifest = folder.manifest
        manifest.rowsPerFile = 1500
        let writer = try SceneIndexWriter(directory: folder.path, files: PosixFiles(), fresh: manifest)
        var random = SeededGenerator(seed: 5)
        let scenes = (0..<2600).map { place in
            IndexedScene(
                number: place + 1, start: Int64(place), end: Int64(place + 1),
                vector: HalfVector((0..<2048).map { _ in Float(random.next() >> 40) * 0x1p-24 - 0.5 }))
        }
        try writer.add("long", scenes)
        let index = try folder.index()
        for place in [0, 63, 64, 1023, 1024, 1499, 1500, 2599] {
            let found = SceneSearch(count: 3, threadCount: 2).nearest(
                [SceneQuery(scenes[place].vector)], in: index)
            #expect(found[0].first?.row == place && found[0].first?.score == 1)
            #expect(found[0].first?.scene.number == place + 1)
        }
        try index.verify()
    }
}
