import FeedRuntime
import Testing

/// What is shown again, and what a restarted encoder shows at the same times.
@Suite struct ShownAgainWatchTests {
    /// Pictures of an input whose last connection was told up to 60 s: where each stands, when it comes, and
    /// how long it was waited for.
    private static func isAnother(_ pictures: [(media: Double, wall: Double, waited: Double)]) -> Bool {
        var watch = ShownAgainWatch(end: 60)
        return pictures.contains { watch.push($0.media, wall: $0.wall, waited: $0.waited) }
    }

    /// Three segments of two seconds are there, and one more comes every two seconds.
    @Test(arguments: [(0.0, true), (40.0, true), (50.0, false), (55.0, false)])
    func aPlaylist(start: Double, isAnother: Bool) {
        let there = stride(from: 0, to: 6, by: 0.5).map { (start + $0, 0.0, 0.0) }
        let later = stride(from: 6, to: 26, by: 0.5).map { media -> (Double, Double, Double) in
            let isFirst = media.truncatingRemainder(dividingBy: 2) == 0
            return (start + media, (media / 2).rounded(.down) * 2 - 4, isFirst ? 2 : 0)
        }
        #expect(Self.isAnother((there + later).filter { $0.0 < 60 }) == isAnother)
    }

    /// All that is shown again comes through a network that takes a third of its length; then nothing comes.
    @Test func aSlowNetwork() {
        let pictures = stride(from: 30, to: 60, by: 0.5).map { ($0, ($0 - 30) / 3, 0.17) }
        #expect(!Self.isAnother([(30, 0, 2)] + pictures))
    }
}
