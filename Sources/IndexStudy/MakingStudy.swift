import Platform
import SceneIndex
import TensorKernels

/// How many scenes a second an index takes in, each recording synced before the next. Making up the vectors
/// does not count.
struct MakingStudy {
    let directory: String
    let settings: StudySettings

    func run() throws {
        let width = settings.number("width", 512)
        let recordings = settings.number("recordings", 10_000)
        let scenesPerRecording = settings.number("scenes", 100)
        let writer = try SceneIndexWriter(
            directory: directory, files: PosixFiles(),
            fresh: IndexManifest(encoder: "random", digest: nil, sceneEncoder: "random", dimension: width))
        var random = SeededGenerator(seed: UInt64(settings.number("seed", 1)))
        var seconds = 0.0
        for recording in 0..<recordings {
            let scenes = (0..<scenesPerRecording).map { place in
                IndexedScene(
                    number: place + 1, start: Int64(place) * 40_000_000, end: Int64(place + 1) * 40_000_000,
                    vector: HalfVector(Self.direction(width, &random)))
            }
            let start = WallClock.monotonicSeconds()
            _ = try writer.add(
                "recording-\(recording)", scenes, indexed: "2026-01-01T00:00:00.000Z", aired: nil,
                replaces: false)
            seconds += WallClock.monotonicSeconds() - start
        }
        let count = recordings * scenesPerRecording
        print(
            "{\"scenes\":\(count),\"recordings\":\(recordings),\"width\":\(width),\"seconds\":\(seconds),\"scenes_a_second\":\(Int(Double(count) / seconds))}"
        )
    }

    /// A random vector of length 1; its numbers are even in a cube.
    private static func direction(_ width: Int, _ random: inout SeededGenerator) -> [Float] {
        let values = (0..<width).map { _ in Float(random.next() >> 40) / Float(1 << 23) - 1 }
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { $0 / length }
    }
}
