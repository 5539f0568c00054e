package import Timeline

/// Notices that a feed shows black or stands still, and that it moves again. Says nothing about shots.
///
/// A value; a few subtractions for each byte of an analysis picture. Lateness: black and standing still are
/// told after `entry` seconds of it, moving again after `exit` seconds, each with the instant at which it
/// began.
package struct PictureStateFinder: Sendable {
    /// Seconds of media.
    package static let entry = 2.0
    package static let exit = 0.5
    /// Mean difference per byte, in steps of 255, up to which two pictures are the same: what coding changes.
    private static let noise: Float = 0.3

    private let entryTicks: Int64
    private let exitTicks: Int64
    /// What was told last.
    private var told = PictureState.Kind.normal
    /// What has been seen since when, where it is something else.
    private var candidate: (kind: PictureState.Kind, since: Instant)?
    /// The picture that all since then have been like.
    private var still: (picture: AnalysisPicture, since: Instant?)?

    package init(timeBase: TimeBase) {
        entryTicks = timeBase.ticks(seconds: Self.entry)
        exitTicks = timeBase.ticks(seconds: Self.exit)
    }

    /// Takes the next picture in display order; damaged ones are passed over.
    ///
    /// - Returns: the state that has become certain, if it is another one than before.
    package mutating func push(_ picture: Picture) -> PictureState? {
        guard !picture.isDamaged else { return nil }
        let kind = kind(of: picture)
        guard kind != told else {
            candidate = nil
            return nil
        }
        let since = candidate.flatMap { $0.kind == kind ? $0.since : nil } ?? begin(kind, at: picture.at)
        candidate = (kind, since)
        let wait = kind == .normal ? exitTicks : entryTicks
        guard picture.end.pts - since.pts >= wait else { return nil }
        (told, candidate) = (kind, nil)
        return PictureState(at: since, kind: kind)
    }

    /// Pictures are missing: nothing stands still across a gap. What was told holds until the pictures say
    /// otherwise.
    package mutating func restart() { (candidate, still) = (nil, nil) }

    private func begin(_ kind: PictureState.Kind, at now: Instant) -> Instant {
        kind == .frozen ? still?.since ?? now : now
    }

    private mutating func kind(of picture: Picture) -> PictureState.Kind {
        let isStill = still.map { Self.isSame($0.picture, picture.analysis) } ?? false
        if isStill {
            if still?.since == nil { still?.since = picture.at }
        } else {
            still = (picture.analysis, nil)
        }
        if picture.analysis.isBlack { return .black }
        return isStill ? .frozen : .normal
    }

    private static func isSame(_ left: AnalysisPicture, _ right: AnalysisPicture) -> Bool {
        let (a, b) = (left.planes.span, right.planes.span)
        var sum: Int32 = 0
        for index in 0..<AnalysisPicture.byteCount { sum &+= abs(Int32(a[index]) &- Int32(b[index])) }
        return Float(sum) <= noise * Float(AnalysisPicture.byteCount)
    }
}
