/// A place in a film as a list gives it: in pictures or in seconds, both from 0.
package enum FilmPosition: Hashable, Sendable {
    case frame(Int64)
    case seconds(Double)

    /// The picture at this place at `rate` pictures a second, to the nearest; nil for seconds without a rate.
    package func frame(rate: Double?) -> Int64? {
        switch self {
        case .frame(let frame): frame
        case .seconds(let seconds): rate.map { Int64((seconds * $0).rounded()) }
        }
    }
}

/// Where shots begin, as a list in a file says: what `SceneFormats` reads, and detectors and evaluations
/// take.
package struct CutList: Hashable, Sendable {
    /// One change of shot.
    package struct Entry: Hashable, Sendable {
        /// First picture of the new shot; of a gradual change the middle of the mixed pictures, rounded up
        /// (contract 3).
        package var at: FilmPosition
        /// First and last mixed picture of a gradual change; nil for a hard cut. Both are in one unit.
        package var mixed: Mixed?
        /// How the shot begins, and how sure that is; nil where the list does not say.
        package var kind: TransitionKind?
        package var score: Score?
        /// The number that the list gives the picture, from 0, beside its time: where both are those of one
        /// picture, it is that one.
        package var number: Int64?

        package init(
            at: FilmPosition, mixed: Mixed? = nil, kind: TransitionKind? = nil, score: Score? = nil,
            number: Int64? = nil
        ) {
            self.at = at
            self.mixed = mixed
            self.kind = kind
            self.score = score
            self.number = number
        }
    }

    package struct Mixed: Hashable, Sendable {
        package var first: FilmPosition
        package var last: FilmPosition

        package init(first: FilmPosition, last: FilmPosition) {
            self.first = first
            self.last = last
        }
    }

    /// In order of time, all in one unit, as readers make sure.
    package var entries: [Entry]
    /// How many pictures the film has, where the list tells.
    package var pictureCount: Int64?
    /// Seconds by which its times may miss the pictures that they mean; 0 where they are exact.
    package var slack: Double

    package init(entries: [Entry], pictureCount: Int64? = nil, slack: Double = 0) {
        self.entries = entries
        self.pictureCount = pictureCount
        self.slack = slack
    }
}

extension CutList.Entry {
    /// The hard cut whose new shot begins with `frame`.
    package static func cut(_ frame: Int64) -> CutList.Entry {
        CutList.Entry(at: .frame(frame))
    }

    /// The gradual change that mixes pictures `first` to `last`.
    package static func gradual(_ first: Int64, _ last: Int64) -> CutList.Entry {
        CutList.Entry(
            at: .frame(Int64(clamping: Int128(first) + (Int128(last) - Int128(first) + 1) / 2)),
            mixed: CutList.Mixed(first: .frame(first), last: .frame(last))
        )
    }
}
