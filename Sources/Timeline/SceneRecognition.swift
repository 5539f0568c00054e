/// Whether a scene was on before.
package enum SceneRecognition: Hashable, Sendable {
    /// Nobody can tell: it shows nothing, or its beginning was not seen.
    case unknown
    /// Nothing known is like it.
    case new
    case seen(Sightings)

    /// The known scenes that are like one.
    package struct Sightings: Hashable, Sendable {
        /// How many, at least 1; `most` may stand for more.
        package var count: Int
        /// The most alike; of equals the one that was on last.
        package var best: Sighting
        /// The one that was on last.
        package var last: Sighting

        /// Where counting ends.
        package static let most = 10_000

        package init(count: Int, best: Sighting, last: Sighting) {
            (self.count, self.best, self.last) = (count, best, last)
        }
    }

    /// A known scene.
    package struct Sighting: Hashable, Sendable {
        /// Cosine of both vectors.
        package var score: Score
        /// Name of the recording; nil: the same run.
        package var recording: String?
        /// Counts from 1 in its recording.
        package var scene: Int
        /// Microseconds from the recording's first picture.
        package var start: Int64
        package var end: Int64
        /// When it began on air, RFC 3339; nil where nobody said so.
        package var aired: String?

        package init(
            score: Score, recording: String?, scene: Int, start: Int64, end: Int64, aired: String?
        ) {
            self.score = score
            self.recording = recording
            self.scene = scene
            self.start = start
            self.end = end
            self.aired = aired
        }
    }

    /// How often something like it was on; nil: nobody can tell.
    package var count: Int? {
        switch self {
        case .unknown: nil
        case .new: 0
        case .seen(let sightings): sightings.count
        }
    }
}
