import FoundationEssentials

/// What the export needs of one line; all else in it is skipped, so that later additions do no harm.
struct EventLine: Decodable {
    enum Body {
        case start(Start)
        case scene(SceneFields)
        case end(reason: String)
        /// A known event that says nothing about the final scenes: shot, score, boundary, gap, watermark.
        case other
        /// A type that says nothing of scenes and may come before `stream_start` (heartbeat, stream_change,
        /// feed_state, degraded, recovered, cut), or one of a later version.
        case unknown
    }

    struct Start: Decodable {
        struct Media: Decodable {
            var timeBase: String

            enum CodingKeys: String, CodingKey { case timeBase = "time_base" }
        }

        var feed: String
        var run: String
        /// nil where no pts are known.
        var startPTS: Int64?
        /// Seconds; nil where the file begins with its first picture.
        var startOffset: Double?
        var media: Media

        enum CodingKeys: String, CodingKey {
            case feed, run, media
            case startPTS = "start_pts"
            case startOffset = "start_offset"
        }
    }

    struct SceneFields: Decodable {
        var start: InstantFields
        var end: InstantFields
        var endReason: String
        var score: Double?
        var firstShot: Int
        var lastShot: Int

        enum CodingKeys: String, CodingKey {
            case start, end, score
            case endReason = "end_reason"
            case firstShot = "first_shot"
            case lastShot = "last_shot"
        }
    }

    struct InstantFields: Decodable {
        /// Seconds; they count where no pts are known.
        var t: Double?
        var pts: Int64?
        var timeBase: String
        var frame: Int64?
        var timecode: String?

        enum CodingKeys: String, CodingKey {
            case t, pts, frame, timecode
            case timeBase = "time_base"
        }
    }

    private enum Key: String, CodingKey { case v, type, seq, id, reason }

    var version: Int
    var sequence: Int64?
    var identity: String
    var body: Body

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        version = try fields.decode(Int.self, forKey: .v)
        guard version == 1 else {
            // Nothing is known about the rest.
            (sequence, identity, body) = (nil, "", .unknown)
            return
        }
        sequence = try fields.decodeIfPresent(Int64.self, forKey: .seq)
        let type = try fields.decode(String.self, forKey: .type)
        switch type {
        case "stream_start": body = .start(try Start(from: decoder))
        case "scene": body = .scene(try SceneFields(from: decoder))
        case "stream_end": body = .end(reason: try fields.decode(String.self, forKey: .reason))
        case "shot", "score", "boundary", "gap", "watermark": body = .other
        default: body = .unknown
        }
        if case .scene = body {
            identity = try fields.decode(String.self, forKey: .id)
        } else {
            identity = ""
        }
    }
}

extension DecodingError {
    /// The bytes are no JSON text at all: all that a torn line can be.
    var isSyntaxError: Bool {
        if case .dataCorrupted(let context) = self { context.codingPath.isEmpty } else { false }
    }

    /// Names the field, never its content: a few words, safe to print.
    var reason: String {
        switch self {
        case .keyNotFound(let key, let context): "\(Self.name(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context): "\(Self.name(context.codingPath)) has the wrong type"
        case .valueNotFound(_, let context): "\(Self.name(context.codingPath)) is null"
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            "it is not valid JSON, or a number is out of range"
        case .dataCorrupted(let context): "\(Self.name(context.codingPath)) is out of range"
        @unknown default: "it cannot be read"
        }
    }

    private static func name(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "it" : path.map(\.stringValue).joined(separator: ".")
    }
}
