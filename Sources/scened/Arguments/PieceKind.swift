import ArgumentParser
import SceneFormats
import Timeline

/// What there is a picture or a file of.
enum PieceKind: String, ExpressibleByArgument, CaseIterable {
    case scenes, shots, blocks

    /// One of them.
    var single: String { String(rawValue.dropLast()) }

    /// How a run has some.
    var remedy: String {
        self == .blocks ? "run scened segment with --blocks" : "run scened segment to its end"
    }

    /// A scene, shot or block of a run.
    struct Piece {
        /// PTS of the first picture, and of the first that is no longer part of it.
        var start: Int64
        var end: Int64
        /// What of the log it is made of: the shot, or those of the scene.
        var shots: [Shot]
        var timecode: String?
    }

    /// All of `log`, in order. O(scenes + shots); of blocks O(blocks x shots).
    func pieces(of log: EventLog) -> [Piece] {
        switch self {
        case .shots:
            return log.shots.map {
                Piece(
                    start: $0.start.pts, end: $0.end.pts, shots: [$0],
                    timecode: LoggedInstant($0.start, of: log.start).timecode?.description)
            }
        case .blocks:
            return log.blocks.map { block in
                Piece(
                    start: block.start.pts, end: block.end.pts,
                    shots: log.shots.filter { block.start <= $0.start && $0.start < block.end },
                    timecode: LoggedInstant(block.start, of: log.start).timecode?.description)
            }
        case .scenes:
            let zero = LoggedInstant(Instant(pts: 0), of: log.start).ticks
            var (pieces, next) = ([Piece](), 0)
            for scene in log.scenes {
                while next < log.shots.count, log.shots[next].index < scene.firstShot { next += 1 }
                let shots = log.shots[next...].prefix { $0.index <= scene.lastShot }
                pieces.append(
                    Piece(
                        start: scene.start.ticks - zero, end: scene.end.ticks - zero, shots: Array(shots),
                        timecode: scene.start.timecode?.description))
            }
            return pieces
        }
    }
}
