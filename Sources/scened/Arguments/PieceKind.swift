import ArgumentParser
import SceneFormats
import Timeline

/// What there is a picture or a file of.
enum PieceKind: String, ExpressibleByArgument, CaseIterable {
    case scenes, shots

    /// One of them.
    var single: String { self == .scenes ? "scene" : "shot" }

    /// A scene or shot of a run.
    struct Piece {
        /// PTS of the first picture, and of the first that is no longer part of it.
        var start: Int64
        var end: Int64
        /// What of the log it is made of: the shot, or those of the scene.
        var shots: [Shot]
        var timecode: String?
    }

    /// All of `log`, in order. O(scenes + shots).
    func pieces(of log: EventLog) -> [Piece] {
        switch self {
        case .shots:
            return log.shots.map {
                Piece(
                    start: $0.start.pts, end: $0.end.pts, shots: [$0],
                    timecode: LoggedInstant($0.start, of: log.start).timecode?.description)
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
