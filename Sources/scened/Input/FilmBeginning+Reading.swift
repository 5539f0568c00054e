internal import Platform
import MediaInput
import SceneFormats
import Timeline

extension FilmBeginning {
    /// Seconds of pictures that say whether they come evenly.
    private static let length = 3.0
    /// Pictures in that time at most.
    private static let mostPictures = 400

    /// Reads the first pictures of the film at `path`, a path or a file URL, as `options` say; nil of what
    /// can be read only once, and of what cannot be read.
    init?(of path: String, _ options: MediaOptions) {
        let prefix = ["file://", "file:"].first { path.hasPrefix($0) } ?? ""
        guard FileKind(path: String(path.dropFirst(prefix.count))) == .file,
            let reader = try? MediaReader(.url(path), options: options, stop: StopFlag())
        else { return nil }
        let clock = reader.summary.clock
        var times: [Int64] = []
        while times.count < Self.mostPictures, let item = reader.next() {
            guard case .picture(let picture) = item else { continue }
            times.append(picture.at.pts - clock.startPTS)
            if clock.seconds(at: picture.at.pts) > Self.length { break }
        }
        self.init(
            startOffset: reader.summary.startOffset,
            rate: Self.rate(times).map { $0 / clock.timeBase.seconds(1) })
    }

    /// Pictures a tick where all `times` lie evenly, in ticks from the first one: each may be rounded to its
    /// tick.
    private static func rate(_ times: [Int64]) -> Double? {
        guard times.count > 2, let last = times.last, last > 0 else { return nil }
        let length = Double(last) / Double(times.count - 1)
        let room = min(2, length / 8)
        let isEven = times.enumerated().allSatisfy { abs(Double($1) - Double($0) * length) <= room }
        return isEven ? 1 / length : nil
    }
}
