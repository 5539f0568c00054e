internal import SceneEvents
package import SceneModel
package import SceneSegmentation
package import Timeline

/// Everything that decisions on a video need, without its pictures: what `embed` writes and `score` reads.
///
/// It holds the calls that a `PartSink` got, so that they can be made again. Memory: the embeddings, and
/// about 100 bytes for each picture.
package struct EmbeddingRecord: Sendable {
    /// A closed part, and when it became known.
    struct PartEntry: Sendable {
        var part: EncodedPart
        var known: Step
    }

    /// A moment between the calls: before picture `picture` was taken, or, with `isEnd`, before what then
    /// closed the stretch (a gap or the end of the stream).
    struct Step: Hashable, Sendable {
        var picture: Int
        var isEnd: Bool
    }

    package var info: Info
    /// Each picture, and the horizon when it was taken.
    var pictures: [Instant] = []
    var horizons: [Int64] = []
    var parts: [PartEntry] = []
    package internal(set) var shots: [Shot] = []
    /// Gaps, each with the number of pictures before it.
    var gaps: [(gap: Gap, picture: Int)] = []
    /// The open shot's provisional embedding at pictures where an answer may be due; only with a deadline.
    var openParts: [Int: EncodedPart] = [:]
    /// Where the stream stands: the end of the last picture.
    var end: Instant?
    /// Surprise and novelty of each part in nats, -1 where nothing can be said; nil where nobody asked. Not
    /// read back.
    var surprises: [(surprise: Float, novelty: Float)]?

    package var partCount: Int { parts.count }

    /// Also keeps how surprising and how new each part is, as `segment` tells it. O(parts x pass).
    package mutating func measureSurprises(by model: SurpriseModel) {
        var meter = SurpriseMeter(model)
        // A gap may have no length (contract 1), so instants alone do not show it.
        let lastRows = Set(rowGaps.map(\.row))
        surprises = parts.enumerated().map { row, entry in
            let reading = meter.push(entry.part.embedding)
            if lastRows.contains(row) { meter.forget() }
            return (reading?.surprise ?? -1, reading?.novelty ?? -1)
        }
    }

    /// What is said once for the whole file; stands in it as JSON.
    package struct Info: Codable, Hashable, Sendable {
        /// Version of the layout; raised when its meaning changes.
        package var version = 1
        /// Name of the encoder, as `stream_start` gives it.
        package var encoder: String
        /// SHA-256 of its weights; nil where it has none, and in files of older versions.
        package var digest: String?
        /// The genres of `genre_affinity`; nil where the encoder knows none, and in files of older versions.
        package var genres: ShotGenres?
        /// D.
        package var dimension: Int
        /// What made the embeddings beside those of `encoder`, in order; nil where there are none, and in
        /// files of older versions.
        package var further: [FurtherEncoder]?
        package var media: Media
        package var options: Options
        /// Microseconds.
        package var detectorLag: Int64
        package var decoderDelay: Int
        /// Why the stream ended, as `stream_end` gives it.
        package var reason = StreamEnd.Reason.end.rawValue
        package var pictures = 0
        package var damagedPictures = 0
        /// Version of FFmpeg that decoded the pictures.
        package var ffmpeg: String
        /// Names behind the numbers of `shot_transition` and `gap_reason`.
        package var transitions = TransitionKind.allCases.map(\.rawValue)
        package var gapReasons = [Gap.Reason.discontinuity, .missing].map(\.rawValue)

        private enum CodingKeys: String, CodingKey {
            case version, encoder, digest, genres, dimension, further, media, options, reason, pictures,
                ffmpeg,
                transitions
            case detectorLag = "detector_lag"
            case decoderDelay = "decoder_delay"
            case damagedPictures = "damaged_pictures"
            case gapReasons = "gap_reasons"
        }
    }

    /// An encoder whose embeddings stand beside the first one's, for comparing parts by them, too.
    package struct FurtherEncoder: Codable, Hashable, Sendable {
        /// Name, as `stream_start` gives it.
        package var encoder: String
        package var dimension: Int
    }

    package struct Media: Codable, Hashable, Sendable {
        package var container: String
        package var codec: String
        package var width: Int
        package var height: Int
        /// Seconds per tick.
        package var timeBaseNumerator: Int64
        package var timeBaseDenominator: Int64
        package var startPTS: Int64
        /// nil where the stream has no timecode.
        package var timecodeLabelsPerSecond: Int64?
        package var timecodeDropsFrames = false
        /// Microseconds; nil where the file begins with the first picture.
        package var startOffset: Int64?

        private enum CodingKeys: String, CodingKey {
            case container, codec, width, height
            case timeBaseNumerator = "time_base_numerator"
            case timeBaseDenominator = "time_base_denominator"
            case startPTS = "start_pts"
            case timecodeLabelsPerSecond = "timecode_labels_per_second"
            case timecodeDropsFrames = "timecode_drops_frames"
            case startOffset = "start_offset"
        }
    }

    /// The options that shaped the parts; scoring cannot choose others.
    package struct Options: Codable, Hashable, Sendable {
        package var split: String
        /// Seconds.
        package var splitAfter: Double
        package var minimumShot: Double
        package var deadline: Double?
        /// As `stream_start` names it; nil in files of older versions, which knew one.
        package var detector: String?
        /// The decode plan; nil in files of older versions, which knew `exact`.
        package var speed: String?
        /// Which sound was compared: -1 for the one that players choose, else the index of its stream; nil
        /// where none was, and in files of older versions.
        package var sound: Int?
        package var threads: Int

        private enum CodingKeys: String, CodingKey {
            case split, deadline, detector, speed, sound, threads
            case splitAfter = "split_after"
            case minimumShot = "min_shot"
        }
    }
}

extension EmbeddingRecord.Media {
    init(_ summary: MediaSummary) {
        self.init(
            container: summary.container, codec: summary.codec, width: summary.width, height: summary.height,
            timeBaseNumerator: summary.clock.timeBase.numerator,
            timeBaseDenominator: summary.clock.timeBase.denominator, startPTS: summary.clock.startPTS,
            timecodeLabelsPerSecond: summary.clock.timecode?.labelsPerSecond,
            timecodeDropsFrames: summary.clock.timecode?.isDropFrame ?? false,
            startOffset: summary.startOffset == 0 ? nil : summary.startOffset)
    }

    package var summary: MediaSummary {
        var summary = MediaSummary(
            container: container, codec: codec, width: width, height: height, clock: clock)
        summary.startOffset = max(0, startOffset ?? 0)
        return summary
    }

    package var clock: MediaClock {
        MediaClock(
            timeBase: TimeBase(numerator: timeBaseNumerator, denominator: timeBaseDenominator),
            startPTS: startPTS,
            timecode: timecodeLabelsPerSecond.map {
                TimecodeFormat(labelsPerSecond: $0, isDropFrame: timecodeDropsFrames)
            })
    }
}
